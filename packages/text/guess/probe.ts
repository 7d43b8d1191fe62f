import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { shiftOf } from '../matcher/trie.ts';
import { PAIR, PAIRED_CLASSES, slotOf } from './pairs.ts';
import { BARE } from './path.ts';
import { END_RECORD, FIRST_RECORD, ROW, ROW_WORDS, THREE } from './rows.ts';
import { lookAlike, SOUND, soundAlike } from './sound.ts';
import type { Starts } from './starts.ts';
import { FUNCTIONAL, type Surroundings } from './surroundings.ts';

/** Symbols of a text, and how many. */
type Symbols = { symbol: Uint16Array; length: number };

/** Told of a start that may stand at a place: first place, number of the start, and a bit for each character kept. */
export type Each = (place: number, start: number, exact: number) => void;

/** Starts that one text is held against: well under 1 ms. */
const BUDGET = 30_000;
/** Records of a row that are looked through; in more, the sound's first is found by halving. */
const FEW_RECORDS = 16;

/** Key and heard place of each kind, from the first of three, in the order of a row. */
const KEY_AT = [0, 1, 0, 1, 2, 2];
const HEARD_AT = [1, 2, 2, 0, 1, 0];
/** Kinds where every character may be exchanged. */
const BLIND_KINDS = 3;

/**
 * Says where in a text starts of terms may stand in disguise. In flat loops over arrays: this is what every message
 * costs.
 */
export class Probe {
  /** Starts that are left to be tried in a text; at 0 the rest stays unread. */
  budget = 0;
  readonly #starts: Starts;
  readonly #shapes: boolean;
  readonly #listShift: number;
  readonly #bitShift: number;
  readonly #exactShift: number;
  readonly #classes = characters().classes;
  #text!: Symbols;
  #around!: Surroundings;
  #each!: Each;

  constructor(starts: Starts, shapes: boolean) {
    this.#starts = starts;
    this.#shapes = shapes;
    this.#listShift = Math.clz32(starts.two.listStart.length - 2);
    this.#exactShift = shiftOf(starts.three.exact);
    this.#bitShift = Math.clz32(starts.two.bitmap.length * 32 - 1);
  }

  /** Whether the bitmap of pairs and initials has a slot. */
  has(slot: number): boolean {
    const bit = slot >>> this.#bitShift;
    return ((this.#starts.two.bitmap[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  /** Looks at every three neighbours and every two; false where it cost more than it may. */
  run(text: Symbols, around: Surroundings, each: Each): boolean {
    this.#text = text;
    this.#around = around;
    this.#each = each;
    this.budget = BUDGET;
    if (this.#starts.blindThree) this.#threeBlind();
    else this.#three();
    const { anyTwo, crowdedTwo } = this.#starts;
    if (anyTwo && !(crowdedTwo && text.length > BARE)) this.#two();
    return this.budget > 0;
  }

  /**
   * In a large lexicon two of three must be as they are, or one with the others by sound, of which one makes no word
   * where it stands. Rows say at once that there is nothing of the kind.
   */
  #three(): void {
    const { symbol, length } = this.#text;
    const { one, bound } = this.#around;
    const { rowOf } = this.#starts.three;
    for (let i = 0; i + 2 < length; i++) {
      if (one[i] === 0 || one[i + 1] === 0 || one[i + 2] === 0) continue;
      const a = symbol[i] as number;
      const b = symbol[i + 1] as number;
      const c = symbol[i + 2] as number;
      const rowA = (rowOf[a] as number) * ROW;
      const rowB = (rowOf[b] as number) * ROW;
      const a1 = this.#bits(rowA + THREE.e0s1 * ROW_WORDS, i + 1);
      const a2 = this.#bits(rowA + THREE.e0s2 * ROW_WORDS, i + 2);
      const b2 = this.#bits(rowB + THREE.e1s2 * ROW_WORDS, i + 2);
      if (bound[i] === 0 || bound[i + 1] === 0 || bound[i + 2] === 0) {
        const rowC = (rowOf[c] as number) * ROW;
        if (a1 !== 0 && a2 !== 0) this.#tryHeard(i, rowA + THREE.e0s1 * ROW_WORDS, i + 1, a1);
        if (b2 !== 0) {
          const b0 = this.#bits(rowB + THREE.s0e1 * ROW_WORDS, i);
          if (b0 !== 0) this.#tryHeard(i, rowB + THREE.s0e1 * ROW_WORDS, i, b0);
        }
        const c0 = this.#bits(rowC + THREE.s0e2 * ROW_WORDS, i);
        if (c0 !== 0 && this.#bits(rowC + THREE.s1e2 * ROW_WORDS, i + 1) !== 0)
          this.#tryHeard(i, rowC + THREE.s0e2 * ROW_WORDS, i, c0);
      }
      if (a1 !== 0 && this.#isExact(THREE.e0s1, a, b))
        this.#tryHeard(i, rowA + THREE.e0s1 * ROW_WORDS, i + 1, 1);
      if (a2 !== 0 && this.#isExact(THREE.e0s2, a, c))
        this.#tryHeard(i, rowA + THREE.e0s2 * ROW_WORDS, i + 2, 1);
      if (b2 !== 0 && this.#isExact(THREE.e1s2, b, c))
        this.#tryHeard(i, rowB + THREE.e1s2 * ROW_WORDS, i + 2, 1);
    }
  }

  /** Which sounds of a symbol a row and kind has: 1 the usual, 2 the second. */
  #bits(at: number, heard: number): number {
    const { rows } = this.#starts.three;
    const { one, two } = this.#around;
    const first = (one[heard] as number) - SOUND;
    const usual = ((rows[at + (first >>> 5)] as number) >>> (first & 31)) & 1;
    if (two[heard] === 0) return usual;
    const other = (two[heard] as number) - SOUND;
    return usual | ((((rows[at + (other >>> 5)] as number) >>> (other & 31)) & 1) << 1);
  }

  #isExact(kind: number, x: number, y: number): boolean {
    const { exact } = this.#starts.three;
    const bit = slotOf(kind, x, y) >>> this.#exactShift;
    return ((exact[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  #tryHeard(i: number, at: number, heard: number, which: number): void {
    const { one, two } = this.#around;
    if (which & 1) this.#try(i, at, (one[heard] as number) - SOUND);
    if (which & 2) this.#try(i, at, (two[heard] as number) - SOUND);
  }

  #threeBlind(): void {
    const { length } = this.#text;
    const { one, two } = this.#around;
    const { rowOf, rows } = this.#starts.three;
    for (let i = 0; i + 2 < length; i++) {
      if (one[i] === 0 || one[i + 1] === 0 || one[i + 2] === 0) continue;
      for (let kind = 0; kind < BLIND_KINDS; kind++) {
        const left = i + (KEY_AT[kind] as number);
        const heard = i + (HEARD_AT[kind] as number);
        for (let key = one[left] as number, k = 0; k < 2 && key !== 0; k++, key = two[left] as number) {
          const at = (rowOf[key] as number) * ROW + kind * ROW_WORDS;
          const first = (one[heard] as number) - SOUND;
          if (((rows[at + (first >>> 5)] as number) & (1 << (first & 31))) !== 0) this.#try(i, at, first);
          if (two[heard] === 0) continue;
          const other = (two[heard] as number) - SOUND;
          if (((rows[at + (other >>> 5)] as number) & (1 << (other & 31))) !== 0) this.#try(i, at, other);
        }
      }
    }
  }

  /** Holds the starts of a row and kind, at `at`, that are kept under a sound against three symbols. */
  #try(i: number, at: number, sound: number): void {
    const { rows, records, startOf } = this.#starts.three;
    const { blindThree } = this.#starts;
    const { symbol } = this.#text;
    const shapes = this.#shapes;
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const c = symbol[i + 2] as number;
    const end = rows[at + END_RECORD] as number;
    let k = rows[at + FIRST_RECORD] as number;
    if (end - k > FEW_RECORDS) k = firstOf(records, k, end, sound);
    for (; k < end; k++) {
      const more = records[2 * k + 1] as number;
      const kept = more >>> 16;
      if (kept < sound) continue;
      if (kept > sound || --this.budget <= 0) return;
      const chars = records[2 * k] as number;
      const x = chars & 0xffff;
      const y = chars >>> 16;
      const z = more & 0xffff;
      const exact = (a === x ? 1 : 0) | (b === y ? 2 : 0) | (c === z ? 4 : 0);
      if (exact === 0 && !blindThree) continue;
      const shaped =
        ((exact & 1) !== 0 || soundAlike(a, x) ? 0 : 1) |
        ((exact & 2) !== 0 || soundAlike(b, y) ? 0 : 2) |
        ((exact & 4) !== 0 || soundAlike(c, z) ? 0 : 4);
      if (shaped !== 0) {
        // At most one of three by its shape, and not one that any sentence has.
        if (!shapes || (shaped & (shaped - 1)) !== 0) continue;
        if (!blindThree && (exact & (exact - 1)) === 0) continue;
        if (((this.#around.bound[i + (shaped >> 1)] as number) & FUNCTIONAL) !== 0) continue;
        if (!(shaped === 1 ? lookAlike(a, x) : shaped === 2 ? lookAlike(b, y) : lookAlike(c, z))) continue;
      }
      this.#each(i, startOf[k] as number, exact);
    }
  }

  /** Terms of two, of which a character that was exchanged makes no word where it stands. */
  #two(): void {
    const { symbol, length } = this.#text;
    const { one, two, bound } = this.#around;
    const { blindTwo } = this.#starts;
    const shapes = this.#shapes;
    for (let i = 0; i + 1 < length; i++) {
      const looseA = bound[i] === 0;
      const looseB = bound[i + 1] === 0;
      if ((!looseA && !looseB) || one[i] === 0 || one[i + 1] === 0) continue;
      const a = symbol[i] as number;
      const b = symbol[i + 1] as number;
      if (looseB) {
        this.#heardTwo(i, PAIR.es, a, i + 1);
        if (shapes) this.#alikeTwo(i, PAIR.ec, a, b, CLASSES);
      }
      if (looseA) {
        this.#heardTwo(i, PAIR.se, b, i);
        if (shapes) this.#alikeTwo(i, PAIR.ce, b, a, CLASSES);
      }
      if (!blindTwo || !looseA || !looseB) continue;
      this.#bothExchanged(i, one[i] as number);
      if (two[i] !== 0) this.#bothExchanged(i, two[i] as number);
      if (!shapes || a < FIRST || a > LAST) continue;
      const classes = this.#classes;
      for (let k = 0, at = (a - FIRST) * CLASSES; k < PAIRED_CLASSES && classes[at + k] !== 0; k++) {
        this.#heardTwo(i, PAIR.cs, classes[at + k] as number, i + 1);
        this.#alikeTwo(i, PAIR.cc, classes[at + k] as number, b, PAIRED_CLASSES);
      }
    }
  }

  #bothExchanged(i: number, sound: number): void {
    this.#heardTwo(i, PAIR.ss, sound, i + 1);
    if (this.#shapes) this.#alikeTwo(i, PAIR.sc, sound, this.#text.symbol[i + 1] as number, PAIRED_CLASSES);
  }

  /** Asks for `key` with each sound of the symbol at `heard`. */
  #heardTwo(i: number, kind: number, key: number, heard: number): void {
    const { one, two } = this.#around;
    this.#tryTwo(i, slotOf(kind, key, one[heard] as number));
    if (two[heard] !== 0) this.#tryTwo(i, slotOf(kind, key, two[heard] as number));
  }

  /** Asks for `key` with each class of look-alikes that a character belongs to. */
  #alikeTwo(i: number, kind: number, key: number, exchanged: number, most: number): void {
    if (exchanged < FIRST || exchanged > LAST) return;
    const classes = this.#classes;
    for (let k = 0, at = (exchanged - FIRST) * CLASSES; k < most && classes[at + k] !== 0; k++)
      this.#tryTwo(i, slotOf(kind, key, classes[at + k] as number));
  }

  #tryTwo(i: number, slot: number): void {
    if (!this.has(slot)) return;
    const { items, listStart } = this.#starts.two;
    const { chars } = this.#starts;
    const { symbol } = this.#text;
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const list = slot >>> this.#listShift;
    for (let k = listStart[list] as number; k < (listStart[list + 1] as number); k++) {
      if (--this.budget <= 0) return;
      const start = items[k] as number;
      const x = chars[3 * start] as number;
      const y = chars[3 * start + 1] as number;
      const exact = (a === x ? 1 : 0) | (b === y ? 2 : 0);
      if (exact === 3) continue;
      if ((exact & 1) === 0 && !this.#isLike(a, x)) continue;
      if ((exact & 2) === 0 && !this.#isLike(b, y)) continue;
      this.#each(i, start, exact);
    }
  }

  #isLike(text: number, wanted: number): boolean {
    return soundAlike(text, wanted) || (this.#shapes && lookAlike(text, wanted));
  }
}

/** First record of a sound, or of the next one that there is. */
function firstOf(records: Uint32Array, from: number, end: number, sound: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[2 * middle + 1] as number) >>> 16 < sound) low = middle + 1;
    else high = middle;
  }
  return low;
}
