import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { filterShift, mayHave } from '../matcher/filter.ts';
import { IN_ROW, isTagged, rowOf, slotOf, startOf, tagOf } from './lists.ts';
import { PAIR, PAIRED_CLASSES } from './pairs.ts';
import { BARE } from './path.ts';
import { APART, FORWARD, HEARD, type Sieve } from './sieve.ts';
import { isUnused, lookAlike, mayStandFor, soundAlike } from './sound.ts';
import type { Starts } from './starts.ts';
import type { Surroundings } from './surroundings.ts';
import { BLIND, EXACT, heardSlot, OPEN_MASK, OPEN_SHIFT, shareAny, someOf } from './threes.ts';

/** Symbols of a text, and how many. */
type Symbols = { symbol: Uint16Array; length: number };

/** Told of a start that may stand at a place: first place, number of the start, and a bit for each character kept. */
export type Each = (place: number, start: number, exact: number) => void;

/** Bits of three characters that are all as a start has them. */
const ALL = 7;
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
    const around = this.#around;
    for (let k = 0; k < length; k++) {
      const i = place[k] as number;
      switch (what[k]) {
        case FORWARD: {
          const slot = slotOf(EXACT.adjacent, symbol[i] as number, symbol[i + 1] as number);
          if (i > 0 && around.isSpoken(i - 1)) this.#open(i - 1, 0, slot);
          if (around.isSpoken(i)) this.#open(i, 2, slot);
          break;
        }
        case APART:
          this.#open(i, 1, slotOf(EXACT.apart, symbol[i] as number, symbol[i + 2] as number));
          break;
        case HEARD:
          this.#heard(i);
      }
    }
  }

  /** Three of which two are as they are, and the one at a place is open. */
  #open(i: number, open: number, slot: number): void {
    const lists = this.#starts.three.exact;
    const { rows } = lists;
    const tag = tagOf(slot);
    const row = rowOf(lists, slot);
    const count = rows[row] as number;
    this.budget--;
    const inRow = row + 2 + 2 * Math.min(count, IN_ROW);
    for (let k = row + 2; k < inRow; k += 2)
      if (isTagged(rows[k] as number, tag)) this.#tryOpen(i, open, rows[k] as number, rows[k + 1] as number);
    if (count > IN_ROW) this.#openMore(i, open, tag, row);
  }

  #openMore(i: number, open: number, tag: number, row: number): void {
    const { rows, more } = this.#starts.three.exact;
    const from = 2 * (rows[row + 1] as number);
    const to = from + 2 * ((rows[row] as number) - IN_ROW);
    for (let k = from; k < to && this.budget > 0; k += 2)
      if (isTagged(more[k] as number, tag)) this.#tryOpen(i, open, more[k] as number, more[k + 1] as number);
  }

  /** Holds the open character of a start against the one that stands there. */
  #tryOpen(i: number, open: number, item: number, print: number): void {
    if (--this.budget <= 0 || print >>> OPEN_SHIFT !== open) return;
    const stands = this.#text.symbol[i + open] as number;
    const wanted = print & OPEN_MASK;
    if (stands !== wanted && !soundAlike(stands, wanted)) {
      // At most one of three by its shape, and not one that any sentence has.
      if (!this.#shapes || this.#around.isFunctional(i + open)) return;
      if (!lookAlike(stands, wanted) && !this.#mayStandAt(i + open, wanted)) return;
    }
    const start = startOf(item);
    const exact = this.#exactOf(i, start);
    if ((exact | (1 << open)) === ALL) this.#each(i, start, exact);
  }

  /** Whether a symbol might stand for another where all else is as it should be: it must belong nowhere, or be unused. */
  #mayStandAt(u: number, wanted: number): boolean {
    const stands = this.#text.symbol[u] as number;
    return (isUnused(stands) || this.#around.boundAt(u) === 0) && mayStandFor(stands, wanted);
  }

  /** A bit for each of three characters that is as a start has it. */
  #exactOf(i: number, start: number): number {
    const { chars } = this.#starts;
    const { symbol } = this.#text;
    return (
      (symbol[i] === chars[3 * start] ? 1 : 0) |
      (symbol[i + 1] === chars[3 * start + 1] ? 2 : 0) |
      (symbol[i + 2] === chars[3 * start + 2] ? 4 : 0)
    );
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
      if (mayHave(heard.filter, this.#heardShift, slot)) this.#tryHeard(i, slot);
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
      if (mayHave(heard.filter, this.#heardShift, slot)) this.#tryHeard(i, slot);
    }
  }

  /** Holds the starts of a list by sound against three symbols. */
  #tryHeard(i: number, slot: number): void {
    const { symbol } = this.#text;
    const lists = this.#starts.three.heard;
    const { rows, more } = lists;
    const blind = this.#starts.blindThree;
    const tag = tagOf(slot);
    const some = someOf(symbol[i] as number, symbol[i + 1] as number, symbol[i + 2] as number);
    const row = rowOf(lists, slot);
    const count = rows[row] as number;
    const from = 2 * (rows[row + 1] as number);
    this.budget--;
    for (let k = 0; k < count && this.budget > 0; k++) {
      const items = k < IN_ROW ? rows : more;
      const at = k < IN_ROW ? row + 2 + 2 * k : from + 2 * (k - IN_ROW);
      const item = items[at] as number;
      if (isTagged(item, tag) && (blind || shareAny(some, items[at + 1] as number)))
        this.#tryStart(i, startOf(item));
    }
  }

  /** Holds a start against three symbols. */
  #tryStart(i: number, start: number): void {
    if (--this.budget <= 0) return;
    const { chars, blindThree } = this.#starts;
    const { symbol } = this.#text;
    const exact = this.#exactOf(i, start);
    // Where two are as they are, that is listed beside.
    if (!blindThree && (exact === 0 || !this.#around.isAnyUnbound(i))) return;
    const isHeard = (k: number): boolean =>
      (exact & (1 << k)) !== 0 || soundAlike(symbol[i + k] as number, chars[3 * start + k] as number);
    const shaped = (isHeard(0) ? 0 : 1) | (isHeard(1) ? 0 : 2) | (isHeard(2) ? 0 : 4);
    if (shaped !== 0) {
      // At most one of three by its shape, and not one that any sentence has.
      if (!this.#shapes || (shaped & (shaped - 1)) !== 0) return;
      if (!blindThree && (exact & (exact - 1)) === 0) return;
      const k = shaped >> 1;
      const text = symbol[i + k] as number;
      const wanted = chars[3 * start + k] as number;
      const alike = lookAlike(text, wanted);
      if (this.#around.isFunctional(i + k) && !(alike && blindThree && (exact | shaped) === ALL)) return;
      if (!alike) {
        const isKept = (exact | shaped) === ALL || (blindThree && isUnused(text));
        if (!isKept || !this.#mayStandAt(i + k, wanted)) return;
      }
    }
    this.#each(i, start, exact);
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
        if (shapes && blindTwo) this.#tryTwo(i, slotOf(PAIR.eo, a, 0));
      }
      if (looseA) {
        this.#heardTwo(i, PAIR.se, b, i);
        if (shapes) this.#alikeTwo(i, PAIR.ce, b, a, CLASSES);
        if (shapes && blindTwo) this.#tryTwo(i, slotOf(PAIR.oe, b, 0));
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
    const { chars, two } = this.#starts;
    const { rows, more } = two;
    const { symbol } = this.#text;
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const tag = tagOf(slot);
    const row = rowOf(two, slot);
    const count = rows[row] as number;
    const from = 2 * (rows[row + 1] as number);
    for (let k = 0; k < count; k++) {
      const item = (k < IN_ROW ? rows[row + 2 + 2 * k] : more[from + 2 * (k - IN_ROW)]) as number;
      if (!isTagged(item, tag)) continue;
      if (--this.budget <= 0) return;
      const start = startOf(item);
      const x = chars[3 * start] as number;
      const y = chars[3 * start + 1] as number;
      const exact = (a === x ? 1 : 0) | (b === y ? 2 : 0);
      if (exact === 3) continue;
      if ((exact & 1) === 0 && !this.#isLike(a, x, exact !== 0)) continue;
      if ((exact & 2) === 0 && !this.#isLike(b, y, exact !== 0)) continue;
      this.#each(i, start, exact);
    }
  }

  #isLike(text: number, wanted: number, kept: boolean): boolean {
    if (soundAlike(text, wanted)) return true;
    return this.#shapes && (lookAlike(text, wanted) || (kept && mayStandFor(text, wanted)));
  }
}
