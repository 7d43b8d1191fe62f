import { naturalBit } from '../data/characters.ts';
import { COUNTS, type Kernel, MOST } from '../kernel/kernel.ts';
import { type Filter, filterShift, hashOfPair, mayHave } from '../matcher/filter.ts';
import { asFirst, asSecond } from '../matcher/hash.ts';
import type { Hits } from '../matcher/hits.ts';
import { follow, scanSingles } from '../matcher/scan.ts';
import type { Trie } from '../matcher/trie.ts';
import type { View } from '../normalise/view.ts';
import { slotOf } from './lists.ts';
import { eitherBits, hasBits, mayBeNear, orderBits, unorderedOf } from './near.ts';
import type { Starts } from './starts.ts';
import {
  boundBits,
  isBoundBy,
  OTHER_SHIFT,
  PART,
  SOUND_MASK,
  STUFFING,
  type Surroundings,
} from './surroundings.ts';
import { EXACT, soundsHash } from './threes.ts';

/** What two or three symbols may be: as terms have them, as terms have them backwards, parted by one, by sound. */
export const FORWARD = 1;
export const BACKWARD = 2;
export const APART = 3;
export const HEARD = 4;

const START = 256;

/**
 * Looks once at every two and every three neighbours of a text and lists where more is worth while: for most texts
 * nowhere. It asks filters alone, which stay in the processor's cache, and is sure where it lists nothing.
 */
export class Sieve {
  /** Places, in order of their last symbol, and what each is listed for; the first `length` count. */
  length = 0;
  place = new Uint32Array(START);
  what = new Uint8Array(START);
  #place = this.place;
  #what = this.what;
  /** Symbols without a sound and such as may be taken apart, in order; the first `oddLength` count. */
  oddLength = 0;
  odd = new Uint32Array(START);
  /** Whether any symbol is such as is put between the characters of a word. */
  isStuffed = false;
  readonly #near: Filter;
  readonly #nearShift: number;
  readonly #apart: Filter;
  readonly #apartShift: number;
  readonly #twos: Filter;
  readonly #twosShift: number;
  readonly #heard: Filter;
  readonly #heardShift: number;
  /** Whether three are asked for at all; `Probe` looks at them itself where every character may be exchanged. */
  readonly #threes: boolean;
  readonly #kernel: Kernel | undefined;

  constructor(near: Filter, { three, twos, blindThree }: Starts, kernel?: Kernel) {
    this.#kernel = kernel;
    this.#near = near;
    this.#nearShift = filterShift(near);
    this.#apart = three.exact.filter;
    this.#apartShift = filterShift(this.#apart);
    this.#twos = twos;
    this.#twosShift = filterShift(twos);
    this.#heard = three.heard.filter;
    this.#heardShift = filterShift(this.#heard);
    this.#threes = !blindThree;
  }

  /** Reads a text, and fills what is known of its surroundings. */
  read(view: View, around: Surroundings): void {
    const kernel = this.#kernel;
    if (kernel && view.symbol === kernel.symbol && view.length > 0 && view.length < MOST)
      this.#readIn(kernel, view, around);
    else this.#readHere(view, around);
  }

  #readIn(kernel: Kernel, view: View, around: Surroundings): void {
    kernel.sieve(view.length, view.isFolded);
    const { counts, known, odd } = kernel;
    around.take(view, known);
    this.place = kernel.place;
    this.what = kernel.what;
    this.length = counts[COUNTS.listed] as number;
    this.isStuffed = ((counts[COUNTS.all] as number) & STUFFING) !== 0;
    this.oddLength = 0;
    for (let k = 0; k < (counts[COUNTS.odd] as number); k++) {
      const u = odd[k] as number;
      if (this.#mark(around, known, u) || ((known[u] as number) & SOUND_MASK) === 0)
        this.odd[this.oddLength++] = u;
    }
  }

  #readHere(view: View, around: Surroundings): void {
    const { symbol, start, end, length } = view;
    const known = around.begin(view);
    const { units, natural } = around;
    if (this.odd.length < 2 * length) this.#grow(length);
    this.place = this.#place;
    this.what = this.#what;
    this.length = 0;
    this.oddLength = 0;
    for (let u = 0; u < length; u++) known[u] = units[symbol[u] as number] as number;
    let left = 0;
    // Of the last three, a bit for each that belongs nowhere.
    let unbound = 0;
    let spoken = 0;
    let all = 0;
    for (let u = 0; u < length; u++) {
      const c = symbol[u] as number;
      const knownC = known[u] as number;
      const forward = asFirst(c) ^ asSecond(symbol[u + 1] as number);
      const right = u + 1 < length && end[u] === start[u + 1] ? naturalBit(natural, forward) : 0;
      known[u] = knownC | boundBits(left, right);
      all |= knownC;
      unbound = ((unbound << 1) & 7) | (isBoundBy(knownC, left, right) ? 0 : 1);
      left = right;
      if ((knownC & SOUND_MASK) === 0) {
        spoken = 0;
        this.odd[this.oddLength++] = u;
      } else if (++spoken > 2 && this.#threes) this.#askThree(symbol, known, u - 2, unbound !== 0);
      if (u + 1 === length) break;
      this.#askPair(c, symbol[u + 1] as number, u);
      if (this.#mark(around, known, u)) this.odd[this.oddLength++] = u;
    }
    this.isStuffed = (all & STUFFING) !== 0;
  }

  #askPair(a: number, b: number, u: number): void {
    const forward = asFirst(a) ^ asSecond(b);
    const backward = asFirst(b) ^ asSecond(a);
    const unordered = unorderedOf(forward, backward);
    const either = eitherBits(unordered);
    const word = this.#near[unordered >>> this.#nearShift] as number;
    if ((word & either) !== either) return;
    if (hasBits(word, orderBits(forward))) this.#list(u, FORWARD);
    if (hasBits(word, orderBits(backward))) this.#list(u, BACKWARD);
  }

  #askThree(symbol: Uint16Array, known: Uint32Array, u: number, isUnbound: boolean): void {
    const slot = slotOf(EXACT.apart, symbol[u] as number, symbol[u + 2] as number);
    if (mayHave(this.#apart, this.#apartShift, slot)) this.#list(u, APART);
    if (isUnbound && this.#mayBeHeard(known[u] as number, known[u + 1] as number, known[u + 2] as number))
      this.#list(u, HEARD);
  }

  /** Marks a symbol that begins a character taken apart. */
  #mark(around: Surroundings, known: Uint32Array, u: number): boolean {
    const isPart = around.isHeadAndNext(known[u] as number, known[u + 1] as number) && around.isApart(u);
    if (isPart) known[u] = (known[u] as number) | PART;
    return isPart;
  }

  /**
   * As `scan` from those places alone that were listed, and where one symbol more may be as a key has it too.
   * `step` -1 reads backwards.
   */
  follow(trie: Trie, view: View, hits: Hits, step: 1 | -1, limit: number): void {
    const wanted = step === 1 ? FORWARD : BACKWARD;
    if (trie.hasSingles && step === 1) scanSingles(trie, view, hits, limit);
    for (let k = 0; k < this.length && hits.length < limit; k++) {
      if (this.what[k] !== wanted) continue;
      const i = (this.place[k] as number) + (step === 1 ? 0 : 1);
      if (this.#mayGoOn(view, i, step) || this.#mayEnd(view, i, step)) follow(trie, view, hits, i, step);
    }
  }

  /** As `scan`, of a text that was not read here. */
  scan(trie: Trie, view: View, hits: Hits, limit: number): void {
    if (trie.hasSingles) scanSingles(trie, view, hits, limit);
    for (let i = 0; i + 1 < view.length && hits.length < limit; i++)
      if (this.#isNear(view, i) && (this.#mayGoOn(view, i, 1) || this.#mayEnd(view, i, 1)))
        follow(trie, view, hits, i, 1);
  }

  /** The same for keys of three symbols and more; a shorter one is told only before a longer one. */
  scanLong(trie: Trie, view: View, hits: Hits, limit: number): void {
    for (let i = 0; i + 2 < view.length && hits.length < limit; i++)
      if (this.#isNear(view, i) && this.#mayGoOn(view, i, 1)) follow(trie, view, hits, i, 1);
  }

  /** Whether a key may begin with two symbols. */
  #isNear({ symbol }: View, i: number): boolean {
    return mayBeNear(this.#near, symbol[i] as number, symbol[i + 1] as number);
  }

  /** Whether a key that begins at a place may go on behind its second symbol. */
  #mayGoOn({ symbol, length }: View, i: number, step: 1 | -1): boolean {
    const third = i + 2 * step;
    if (third < 0 || third >= length) return false;
    const slot = slotOf(EXACT.apart, symbol[i] as number, symbol[third] as number);
    return mayHave(this.#apart, this.#apartShift, slot);
  }

  /** Whether two symbols may be a key. */
  #mayEnd({ symbol }: View, i: number, step: 1 | -1): boolean {
    return mayHave(this.#twos, this.#twosShift, hashOfPair(symbol[i] as number, symbol[i + step] as number));
  }

  /** Whether a start may sound like three symbols by any of their sounds. */
  #mayBeHeard(a: number, b: number, c: number): boolean {
    const one = a & SOUND_MASK;
    const two = b & SOUND_MASK;
    const three = c & SOUND_MASK;
    const heard = this.#heard;
    const shift = this.#heardShift;
    if (mayHave(heard, shift, soundsHash(one, two, three))) return true;
    const otherOne = (a >>> OTHER_SHIFT) & SOUND_MASK;
    const otherTwo = (b >>> OTHER_SHIFT) & SOUND_MASK;
    const otherThree = (c >>> OTHER_SHIFT) & SOUND_MASK;
    const others = (otherOne && 1) | (otherTwo && 2) | (otherThree && 4);
    for (let which = others; which > 0; which = (which - 1) & others) {
      const hash = soundsHash(
        which & 1 ? otherOne : one,
        which & 2 ? otherTwo : two,
        which & 4 ? otherThree : three,
      );
      if (mayHave(heard, shift, hash)) return true;
    }
    return false;
  }

  #list(place: number, what: number): void {
    this.place[this.length] = place;
    this.what[this.length++] = what;
  }

  #grow(length: number): void {
    // Each symbol may be the last of a pair and of three that are listed twice, and odd in two ways.
    this.#place = new Uint32Array(8 * length);
    this.#what = new Uint8Array(8 * length);
    this.odd = new Uint32Array(4 * length);
  }
}
