import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { BARE } from './path.ts';
import { lookAlike, SOUND, sounds } from './sound.ts';
import { KIND, PAIRED_CLASSES, RECORD, ROW, ROW_WORDS, type Starts, slotOf } from './starts.ts';
import { FUNCTIONAL, LEFT, RIGHT, type Surroundings } from './surroundings.ts';

/** Symbols of a text, and how many. */
type Symbols = { symbol: Uint16Array; length: number };

/** Told of a start that may stand at a place: first place, number of the start, and a bit for each character kept. */
type Each = (place: number, start: number, exact: number) => void;

/** Places and starts that one text may have: far more than any that is read to its end. */
const MAX_PROBED = 8_192;

/** Key and heard place of each kind, from the first of three, in the order of a row. */
const KEY_AT = [0, 1, 0, 1, 2, 2];
const HEARD_AT = [1, 2, 2, 0, 1, 0];
/** Kinds where every character may be exchanged. */
const BLIND_KINDS = 3;

/**
 * Says where in a text starts of terms may stand in disguise. All in flat loops over arrays: this is what every
 * message costs.
 */
export class Probe {
  /** Places with slots, `place[k]` and `slot[k]`. */
  #place = new Int32Array(MAX_PROBED);
  #slot = new Int32Array(MAX_PROBED);
  #count = 0;
  /** Starts held against the text in the last run. */
  tried = 0;
  readonly #sounds = sounds();
  readonly #starts: Starts;
  readonly #shapes: boolean;
  readonly #listShift: number;
  readonly #bitShift: number;
  readonly #classes = characters().classes;

  constructor(starts: Starts, shapes: boolean) {
    this.#starts = starts;
    this.#shapes = shapes;
    this.#listShift = Math.clz32(starts.listStart.length - 2);
    this.#bitShift = Math.clz32(starts.bitmap.length * 32 - 1);
  }

  /** Whether the bitmap has a slot. */
  has(slot: number): boolean {
    const bit = slot >>> this.#bitShift;
    return ((this.#starts.bitmap[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  /** Looks at every three neighbours, and at every two; `each` is told of starts that stand at a place. */
  run(text: Symbols, around: Surroundings, each: Each): void {
    this.#count = 0;
    this.tried = 0;
    if (this.#starts.blindThree) this.#threeBlind(text, around);
    else this.#three(text, around);
    this.#two(text, around);
    if (this.#count > 0) this.#list(text, around, each);
  }

  #three({ symbol, length }: Symbols, { one, two, bound }: Surroundings): void {
    const { rowOf, rows } = this.#starts;
    for (let i = 0; i + 2 < length; i++) {
      if (one[i] === 0 || one[i + 1] === 0 || one[i + 2] === 0) continue;
      // Where all three belong, two must stand as they are, and the first three kinds find those.
      const kinds = bound[i] !== 0 && bound[i + 1] !== 0 && bound[i + 2] !== 0 ? 3 : 6;
      for (let kind = 0; kind < kinds; kind++) {
        const key = symbol[i + (KEY_AT[kind] as number)] as number;
        const row = rowOf[key] as number;
        if (row === 0) continue;
        const at = row * ROW + kind * ROW_WORDS;
        const heard = i + (HEARD_AT[kind] as number);
        const first = (one[heard] as number) - SOUND;
        if (((rows[at + (first >>> 5)] as number) & (1 << (first & 31))) !== 0)
          this.#note(i, slotOf(kind, key, one[heard] as number));
        if (two[heard] === 0) continue;
        const other = (two[heard] as number) - SOUND;
        if (((rows[at + (other >>> 5)] as number) & (1 << (other & 31))) !== 0)
          this.#note(i, slotOf(kind, key, two[heard] as number));
      }
    }
  }

  #threeBlind({ length }: Symbols, { one, two }: Surroundings): void {
    const { rowOf, rows } = this.#starts;
    for (let i = 0; i + 2 < length; i++) {
      if (one[i] === 0 || one[i + 1] === 0 || one[i + 2] === 0) continue;
      for (let kind = 0; kind < BLIND_KINDS; kind++) {
        const left = i + (KEY_AT[kind] as number);
        const heard = i + (HEARD_AT[kind] as number);
        for (let key = one[left] as number, k = 0; k < 2 && key !== 0; k++, key = two[left] as number) {
          const at = (rowOf[key] as number) * ROW + kind * ROW_WORDS;
          const first = (one[heard] as number) - SOUND;
          if (((rows[at + (first >>> 5)] as number) & (1 << (first & 31))) !== 0)
            this.#note(i, slotOf(kind, key, one[heard] as number));
          if (two[heard] === 0) continue;
          const other = (two[heard] as number) - SOUND;
          if (((rows[at + (other >>> 5)] as number) & (1 << (other & 31))) !== 0)
            this.#note(i, slotOf(kind, key, two[heard] as number));
        }
      }
    }
  }

  /** Terms of two, of which a character that was exchanged makes no word where it stands. */
  #two({ symbol, length }: Symbols, { one, two, bound }: Surroundings): void {
    const { anyTwo, crowdedTwo, blindTwo } = this.#starts;
    if (!anyTwo || (crowdedTwo && length > BARE)) return;
    const shapes = this.#shapes;
    for (let i = 0; i + 1 < length; i++) {
      const looseA = bound[i] === 0;
      const looseB = bound[i + 1] === 0;
      if (!looseA && !looseB) continue;
      if (one[i] === 0 || one[i + 1] === 0) continue;
      const a = symbol[i] as number;
      const b = symbol[i + 1] as number;
      if (looseB) {
        this.#ask(i, slotOf(KIND.es, a, one[i + 1] as number));
        if (two[i + 1] !== 0) this.#ask(i, slotOf(KIND.es, a, two[i + 1] as number));
        if (shapes) this.#askAlike(i, KIND.ec, a, b, CLASSES);
      }
      if (looseA) {
        this.#ask(i, slotOf(KIND.se, b, one[i] as number));
        if (two[i] !== 0) this.#ask(i, slotOf(KIND.se, b, two[i] as number));
        if (shapes) this.#askAlike(i, KIND.ce, b, a, CLASSES);
      }
      if (blindTwo && looseA && looseB) this.#bothExchanged(i, a, b, around2(one, two, i));
    }
  }

  #bothExchanged(i: number, a: number, b: number, { a1, a2, b1, b2 }: Pair): void {
    for (const one of [a1, a2]) {
      if (one === 0) continue;
      this.#ask(i, slotOf(KIND.ss, one, b1));
      if (b2 !== 0) this.#ask(i, slotOf(KIND.ss, one, b2));
      if (this.#shapes) this.#askAlike(i, KIND.sc, one, b, PAIRED_CLASSES);
    }
    if (!this.#shapes || a < FIRST || a > LAST) return;
    const classes = this.#classes;
    for (let k = 0, at = (a - FIRST) * CLASSES; k < PAIRED_CLASSES && classes[at + k] !== 0; k++) {
      const one = classes[at + k] as number;
      this.#ask(i, slotOf(KIND.cs, one, b1));
      if (b2 !== 0) this.#ask(i, slotOf(KIND.cs, one, b2));
      this.#askAlike(i, KIND.cc, one, b, PAIRED_CLASSES);
    }
  }

  /** Asks for each class of look-alikes that `exchanged` belongs to. */
  #askAlike(i: number, kind: number, key: number, exchanged: number, most: number): void {
    if (exchanged < FIRST || exchanged > LAST) return;
    const classes = this.#classes;
    for (let k = 0, at = (exchanged - FIRST) * CLASSES; k < most && classes[at + k] !== 0; k++)
      this.#ask(i, slotOf(kind, key, classes[at + k] as number));
  }

  #ask(i: number, slot: number): void {
    if (this.has(slot)) this.#note(i, slot);
  }

  #note(i: number, slot: number): void {
    if (this.#count === MAX_PROBED) return;
    this.#place[this.#count] = i;
    this.#slot[this.#count++] = slot;
  }

  /** Holds the starts of all lists that were noted against the text. */
  #list({ symbol }: Symbols, around: Surroundings, each: Each): void {
    const { records, listStart, blindThree } = this.#starts;
    const { one, two, bound } = around;
    const { second } = this.#sounds;
    const shift = this.#listShift;
    const shapes = this.#shapes;
    for (let k = 0; k < this.#count; k++) {
      const i = this.#place[k] as number;
      const list = (this.#slot[k] as number) >>> shift;
      const last = RECORD * (listStart[list + 1] as number);
      for (let at = RECORD * (listStart[list] as number); at < last; at += RECORD) {
        this.tried++;
        const chars = records[at] as number;
        const more = records[at + 1] as number;
        const heard = records[at + 2] as number;
        const length = (more & 0xffff) === 0 ? 2 : 3;
        // What is as it is, and what is alike by shape alone: a bit each.
        let exact = 0;
        let shaped = 0;
        for (let k = 0; k < length; k++) {
          const code = k === 0 ? chars & 0xffff : k === 1 ? chars >>> 16 : more & 0xffff;
          const text = symbol[i + k] as number;
          if (text === code) {
            exact |= 1 << k;
            continue;
          }
          const sound = ((heard >>> (10 * k)) & 0x3ff) + SOUND;
          if (one[i + k] === sound || two[i + k] === sound) continue;
          if ((more & (0x10000 << k)) !== 0 && one[i + k] === second[code]) continue;
          shaped |= 1 << k;
        }
        if (length === 3) {
          // At most one of three by its shape, and not one that any sentence has.
          if ((shaped & (shaped - 1)) !== 0 || (!blindThree && exact === 0)) continue;
          if (shaped !== 0 && ((bound[i + (shaped >> 1)] as number) & FUNCTIONAL) !== 0) continue;
        } else if (exact === 3) continue;
        if (shaped !== 0) {
          if (!shapes) continue;
          if (shaped & 1 && !lookAlike(symbol[i] as number, chars & 0xffff)) continue;
          if (shaped & 2 && !lookAlike(symbol[i + 1] as number, chars >>> 16)) continue;
          if (shaped & 4 && !lookAlike(symbol[i + 2] as number, more & 0xffff)) continue;
        }
        each(i, records[at + 3] as number, exact);
      }
    }
  }
}

type Pair = { a1: number; a2: number; b1: number; b2: number };
const around2 = (one: Uint16Array, two: Uint16Array, i: number): Pair => ({
  a1: one[i] as number,
  a2: two[i] as number,
  b1: one[i + 1] as number,
  b2: two[i + 1] as number,
});

/** Whether any of three that was exchanged (no bit in `exact`) makes no word, but with one that is as the term has it. */
export function isLoose(bound: Uint8Array, i: number, exact: number): boolean {
  for (let k = 0; k < 3; k++) {
    if (exact & (1 << k)) continue;
    const how = bound[i + k] as number;
    if (how & FUNCTIONAL) continue;
    const left = how & LEFT && (k === 0 || (exact & (1 << (k - 1))) === 0);
    const right = how & RIGHT && (k === 2 || (exact & (2 << k)) === 0);
    if (!left && !right) return true;
  }
  return false;
}
