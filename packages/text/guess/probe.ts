import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { filterShift, mayHave } from '../matcher/filter.ts';
import { isTagged, type Lists, listShiftOf, slotOf, startOf, tagOf } from './lists.ts';
import { PAIR, PAIRED_CLASSES } from './pairs.ts';
import { BARE } from './path.ts';
import { APART, FORWARD, HEARD, type Sieve } from './sieve.ts';
import { lookAlike, soundAlike } from './sound.ts';
import type { Starts } from './starts.ts';
import { FUNCTIONAL, type Surroundings } from './surroundings.ts';
import { BLIND, EXACT, heardSlot } from './threes.ts';

/** Symbols of a text, and how many. */
type Symbols = { symbol: Uint16Array; length: number };

/** Told of a start that may stand at a place: first place, number of the start, and a bit for each character kept. */
export type Each = (place: number, start: number, exact: number) => void;

/** Starts that one text is held against: well under 1 ms. */
const BUDGET = 30_000;

/**
 * Says where in a text starts of terms may stand in disguise.
 */
export class Probe {
  /** Starts that are left to be tried in a text; at 0 the rest stays unread. */
  budget = 0;
  readonly #starts: Starts;
  readonly #shapes: boolean;
  readonly #heardShift: number;
  readonly #twoShift: number;
  readonly #classes = characters().classes;
  #text!: Symbols;
  #around!: Surroundings;
  #each!: Each;

  constructor(starts: Starts, shapes: boolean) {
    this.#starts = starts;
    this.#shapes = shapes;
    this.#heardShift = filterShift(starts.three.heard.filter);
    this.#twoShift = filterShift(starts.two.filter);
  }

  /** Whether the filter of pairs and initials has a slot. */
  has(slot: number): boolean {
    return mayHave(this.#starts.two.filter, this.#twoShift, slot);
  }

  /** Looks at what the sieve has listed, and at every two; false where it cost more than it may. */
  run(text: Symbols, around: Surroundings, sieve: Sieve, each: Each): boolean {
    this.#text = text;
    this.#around = around;
    this.#each = each;
    this.budget = BUDGET;
    if (this.#starts.blindThree) this.#threeBlind();
    else this.#three(sieve);
    const { anyTwo, crowdedTwo } = this.#starts;
    if (anyTwo && !(crowdedTwo && text.length > BARE)) this.#two();
    return this.budget > 0;
  }

  /** In a large lexicon two of three must be as they are, or one with the others by sound. */
  #three({ place, what, length }: Sieve): void {
    const { symbol } = this.#text;
    const { exact } = this.#starts.three;
    const around = this.#around;
    for (let k = 0; k < length; k++) {
      const i = place[k] as number;
      switch (what[k]) {
        case FORWARD: {
          const slot = slotOf(EXACT.adjacent, symbol[i] as number, symbol[i + 1] as number);
          if (i > 0 && around.isSpoken(i - 1)) this.#tryList(i - 1, exact, slot);
          if (around.isSpoken(i)) this.#tryList(i, exact, slot);
          break;
        }
        case APART:
          this.#tryList(i, exact, slotOf(EXACT.apart, symbol[i] as number, symbol[i + 2] as number));
          break;
        case HEARD:
          // Where two are as they are, that is listed beside.
          if (around.isAnyUnbound(i)) this.#heard(i);
      }
    }
  }

  /** Three by sound, by every choice of their sounds. */
  #heard(i: number): void {
    const { heard } = this.#starts.three;
    const around = this.#around;
    const both =
      (around.two(i) === 0 ? 0 : 1) | (around.two(i + 1) === 0 ? 0 : 2) | (around.two(i + 2) === 0 ? 0 : 4);
    for (let which = both; which >= 0; which = which === 0 ? -1 : (which - 1) & both) {
      const slot = heardSlot(
        which & 1 ? around.two(i) : around.one(i),
        which & 2 ? around.two(i + 1) : around.one(i + 1),
        which & 4 ? around.two(i + 2) : around.one(i + 2),
      );
      if (mayHave(heard.filter, this.#heardShift, slot)) this.#tryList(i, heard, slot);
    }
  }

  #threeBlind(): void {
    const { length } = this.#text;
    for (let i = 0; i + 2 < length; i++) {
      if (!this.#around.isSpoken(i)) continue;
      this.#heardBlind(i, BLIND.s0s1, i, i + 1);
      this.#heardBlind(i, BLIND.s1s2, i + 1, i + 2);
      this.#heardBlind(i, BLIND.s0s2, i, i + 2);
    }
  }

  /** Asks for two symbols by each of their sounds. */
  #heardBlind(i: number, kind: number, left: number, right: number): void {
    const { heard } = this.#starts.three;
    const around = this.#around;
    for (let which = 0; which < 4; which++) {
      const a = which & 1 ? around.two(left) : around.one(left);
      const b = which & 2 ? around.two(right) : around.one(right);
      if (a === 0 || b === 0) continue;
      const slot = slotOf(kind, a, b);
      if (mayHave(heard.filter, this.#heardShift, slot)) this.#tryList(i, heard, slot);
    }
  }

  /** Holds the starts of a list against three symbols. */
  #tryList(i: number, lists: Lists, slot: number): void {
    const { items, listStart } = lists;
    const list = slot >>> listShiftOf(lists);
    const tag = tagOf(slot);
    const { chars, blindThree } = this.#starts;
    const { symbol } = this.#text;
    const shapes = this.#shapes;
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const c = symbol[i + 2] as number;
    for (let k = listStart[list] as number; k < (listStart[list + 1] as number); k++) {
      if (--this.budget <= 0) return;
      if (!isTagged(items[k] as number, tag)) continue;
      const start = startOf(items[k] as number);
      const x = chars[3 * start] as number;
      const y = chars[3 * start + 1] as number;
      const z = chars[3 * start + 2] as number;
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
        if ((this.#around.boundAt(i + (shaped >> 1)) & FUNCTIONAL) !== 0) continue;
        if (!(shaped === 1 ? lookAlike(a, x) : shaped === 2 ? lookAlike(b, y) : lookAlike(c, z))) continue;
      }
      this.#each(i, start, exact);
    }
  }

  /** Terms of two, of which a character that was exchanged makes no word where it stands. */
  #two(): void {
    const { symbol, length } = this.#text;
    const around = this.#around;
    const { blindTwo } = this.#starts;
    const shapes = this.#shapes;
    for (let i = 0; i + 1 < length; i++) {
      if (around.one(i) === 0 || around.one(i + 1) === 0) continue;
      const looseA = around.boundAt(i) === 0;
      const looseB = around.boundAt(i + 1) === 0;
      if (!looseA && !looseB) continue;
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
      this.#bothExchanged(i, around.one(i));
      if (around.two(i) !== 0) this.#bothExchanged(i, around.two(i));
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
    const around = this.#around;
    this.#tryTwo(i, slotOf(kind, key, around.one(heard)));
    if (around.two(heard) !== 0) this.#tryTwo(i, slotOf(kind, key, around.two(heard)));
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
    const list = slot >>> listShiftOf(this.#starts.two);
    const tag = tagOf(slot);
    for (let k = listStart[list] as number; k < (listStart[list + 1] as number); k++) {
      if (--this.budget <= 0) return;
      if (!isTagged(items[k] as number, tag)) continue;
      const start = startOf(items[k] as number);
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
