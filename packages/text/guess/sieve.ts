import { type Filter, filterShift, hashOfPair, mayHave } from '../matcher/filter.ts';
import type { Hits } from '../matcher/hits.ts';
import { follow, scanSingles } from '../matcher/scan.ts';
import type { Trie } from '../matcher/trie.ts';
import type { View } from '../normalise/view.ts';
import { slotOf } from './lists.ts';
import { asFirst, asSecond, bitsOf, wordOf } from './near.ts';
import type { Starts } from './starts.ts';
import { OTHER_SHIFT, PART, SOUND_MASK, STUFFING, type Surroundings } from './surroundings.ts';
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

  constructor(near: Filter, { three, twos, blindThree }: Starts) {
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
    const { symbol, length } = view;
    const known = around.begin(view);
    const { units } = around;
    const near = this.#near;
    const nearShift = this.#nearShift;
    if (this.odd.length < 2 * length) this.#grow(length);
    this.length = 0;
    this.oddLength = 0;
    // The symbol before, and the one before that; what is known of them.
    let b = 0;
    let a = 0;
    let knownB = 0;
    let knownA = 0;
    let bFirst = 0;
    let bSecond = 0;
    let spoken = 0;
    let all = 0;
    for (let u = 0; u < length; u++) {
      const c = symbol[u] as number;
      const knownC = units[c] as number;
      all |= knownC;
      known[u] = knownC;
      const cFirst = asFirst(c);
      const cSecond = asSecond(c);
      if (u > 0) {
        const word = near[wordOf(b, c) >>> nearShift] as number;
        const forward = bitsOf(bFirst ^ cSecond);
        const backward = bitsOf(cFirst ^ bSecond);
        if ((word & forward) === forward) this.#list(u - 1, FORWARD);
        if ((word & backward) === backward) this.#list(u - 1, BACKWARD);
        if (around.isHeadAndNext(knownB, knownC) && around.isApart(u - 1)) {
          known[u - 1] = knownB | PART;
          this.odd[this.oddLength++] = u - 1;
        }
      }
      if ((knownC & SOUND_MASK) === 0) {
        spoken = 0;
        this.odd[this.oddLength++] = u;
      } else if (++spoken > 2 && this.#threes) {
        if (mayHave(this.#apart, this.#apartShift, slotOf(EXACT.apart, a, c))) this.#list(u - 2, APART);
        if (this.#mayBeHeard(knownA, knownB, knownC)) this.#list(u - 2, HEARD);
      }
      a = b;
      b = c;
      knownA = knownB;
      knownB = knownC;
      bFirst = cFirst;
      bSecond = cSecond;
    }
    this.isStuffed = (all & STUFFING) !== 0;
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
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const bits = bitsOf(asFirst(a) ^ asSecond(b));
    return ((this.#near[wordOf(a, b) >>> this.#nearShift] as number) & bits) === bits;
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
    this.place = new Uint32Array(8 * length);
    this.what = new Uint8Array(8 * length);
    this.odd = new Uint32Array(4 * length);
  }
}
