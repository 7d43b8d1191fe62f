import { far, units } from './tables';
import { counts, end, known, run, start, symbol, text } from './text';

/** As `normalise/fold.ts` and `normalise/glance.ts` have them. */
const SKIP_INVISIBLE: u32 = 0xd800;
const SKIP_FILLER: u32 = 0xd801;
const ASK: u32 = 0xd802;
const SYMBOL: u32 = 0xffff;
const TRAITS_SHIFT: u32 = 16;
const NUMERAL_SHIFT: u32 = 2;
const GAP_SHIFT: u32 = 4;
const DIGIT_SHIFT: u32 = 6;
const LETTER_SHIFT: u32 = 7;

/**
 * Folds the text of `length` UTF-16 units into symbols and counts what it has, as `View.append` and `Glance.note` do.
 * Gives how many symbols; -1 where a character becomes several or was not asked for before.
 */
export function fold(length: i32, collapse: i32): i32 {
  const table = units;
  let n: i32 = 0;
  let any: u32 = 0;
  let numerals: u32 = 0;
  let gaps: u32 = 0;
  let signs: u32 = 0;
  let letters: u32 = 0;
  let runs: u32 = 0;
  let last: u32 = SYMBOL + 1;
  for (let i: i32 = 0; i < length; i++) {
    const from = i;
    const code: u32 = load<u16>(text + 2 * i);
    let entry = table + 8 * code;
    let unit = load<u32>(entry);
    if (unit > SYMBOL) {
      if ((unit & SYMBOL) === ASK) {
        if ((code & 0xfc00) !== 0xd800 || i + 1 === length) return -1;
        const low: u32 = load<u16>(text + 2 * i, 2);
        // The second plane.
        if ((low & 0xfc00) !== 0xdc00 || code >= 0xd840) return -1;
        entry = far + 8 * (((code & 0x3ff) << 10) | (low & 0x3ff));
        unit = load<u32>(entry);
        if (unit === 0 || (unit & SYMBOL) === ASK) return -1;
        i++;
      }
      const traits = unit >>> TRAITS_SHIFT;
      const letter = (traits >>> LETTER_SHIFT) & 1;
      any |= traits;
      numerals += (traits >>> NUMERAL_SHIFT) & 1;
      gaps += (traits >>> GAP_SHIFT) & 1;
      signs += ((traits >>> DIGIT_SHIFT) & 1) + letter;
      letters += letter;
      if ((unit & SYMBOL) === SKIP_FILLER || (unit & SYMBOL) === SKIP_INVISIBLE) continue;
      unit &= SYMBOL;
    }
    if (unit === last) {
      runs = 1;
      store<i32>(end + 4 * n - 4, i + 1);
      store<i32>(run + 4 * n - 4, load<i32>(run + 4 * n - 4) + 1);
      continue;
    }
    store<u16>(symbol + 2 * n, <u16>unit);
    store<i32>(start + 4 * n, from);
    store<i32>(end + 4 * n, i + 1);
    store<i32>(run + 4 * n, 1);
    store<u32>(known + 4 * n, load<u32>(entry, 4));
    if (collapse) last = unit;
    n++;
  }
  store<u32>(counts, any);
  store<u32>(counts, numerals, 4);
  store<u32>(counts, gaps, 8);
  store<u32>(counts, signs, 12);
  store<u32>(counts, letters, 16);
  store<u32>(counts, runs, 32);
  return n;
}
