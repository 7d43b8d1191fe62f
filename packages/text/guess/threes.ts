import { ListBuilder, type Lists, slotOf } from './lists.ts';
import { SOUND, sounds } from './sound.ts';

/** What starts of three are kept under as they are: two neighbours of theirs, or the first and the third. */
export const EXACT = { adjacent: 1, apart: 2 } as const;
/** What they are kept under by sound where every character may be exchanged: which two of three. */
export const BLIND = { s0s1: 1, s1s2: 2, s0s2: 3 } as const;

/**
 * Starts of three characters. In a large lexicon a start is looked for where all three sound like it, or two stand as
 * they are. Neighbours that stand as they are lie in lists alone: the filter before them is `near.ts`'s. The filter of first and third has those of all
 * keys, guessed at or not. Where every
 * character may be exchanged, the lists by sound are kept under two sounds, and those of characters are empty.
 */
export type Threes = { heard: Lists; exact: Lists };

/** What an item of `exact` says of its start: the character that its key leaves open, and above it which of three. */
export const OPEN_SHIFT = 16;
export const OPEN_MASK = 2 ** OPEN_SHIFT - 1;
export const openOf = (char: number, place: number): number => (place << OPEN_SHIFT) | char;

/** Bits kept of each character in an item of `heard`. */
const SOME = 10;
const SOME_MASK = 2 ** SOME - 1;

/** What an item of `heard` says of its start: some bits of each character. */
export const someOf = (a: number, b: number, c: number): number =>
  (a & SOME_MASK) | ((b & SOME_MASK) << SOME) | ((c & SOME_MASK) << (2 * SOME));

/** Whether two of these have a character in common, at the same place: sure where it says no. */
export const shareAny = (one: number, other: number): boolean => {
  const differ = one ^ other;
  return (
    (differ & SOME_MASK) === 0 ||
    (differ & (SOME_MASK << SOME)) === 0 ||
    (differ & (SOME_MASK << (2 * SOME))) === 0
  );
};

/** Hash of three sounds, numbered from 1, as `slotOf` gives. */
export function soundsHash(one: number, two: number, three: number): number {
  const h = Math.imul((one << 18) | (two << 9) | three, 0x9e3779b1);
  const mixed = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The same of their symbols; one may be a sign of a term's own. */
export const heardSlot = (one: number, two: number, three: number): number =>
  soundsHash(one - SOUND + 1, two - SOUND + 1, three - SOUND + 1);

/** Gathers starts of three. */
export class ThreeBuilder {
  readonly #heard = new ListBuilder();
  readonly #exact = new ListBuilder();
  readonly #blind: boolean;

  constructor(blind: boolean) {
    this.#blind = blind;
  }

  add(start: string, id: number): void {
    const a = start.charCodeAt(0);
    const b = start.charCodeAt(1);
    const c = start.charCodeAt(2);
    if (this.#blind) {
      this.#addBlind(BLIND.s0s1, a, b, id);
      this.#addBlind(BLIND.s1s2, b, c, id);
      this.#addBlind(BLIND.s0s2, a, c, id);
      return;
    }
    this.#exact.list(slotOf(EXACT.adjacent, a, b), id, openOf(c, 2));
    this.#exact.list(slotOf(EXACT.adjacent, b, c), id, openOf(a, 0));
    this.#exact.list(slotOf(EXACT.apart, a, c), id, openOf(b, 1));
    const some = someOf(a, b, c);
    eachSound(a, (one) =>
      eachSound(b, (two) => eachSound(c, (three) => this.#heard.add(heardSlot(one, two, three), id, some))),
    );
  }

  /** A key by sound that begins with a sign among its first three: asked of the filter alone. */
  addMixed(heard: string): void {
    if (this.#blind || heard.length < 3) return;
    const one = heard.charCodeAt(0);
    const two = heard.charCodeAt(1);
    const three = heard.charCodeAt(2);
    if (one < SOUND || two < SOUND || three < SOUND) this.#heard.mark(heardSlot(one, two, three));
  }

  /** The first and third symbol of a key as it is. */
  addApart(a: number, c: number): void {
    this.#exact.mark(slotOf(EXACT.apart, a, c));
  }

  build(): Threes {
    return { heard: this.#heard.build(), exact: this.#exact.build() };
  }

  #addBlind(kind: number, left: number, right: number, id: number): void {
    eachSound(left, (one) => eachSound(right, (two) => this.#heard.add(slotOf(kind, one, two), id)));
  }
}

/** The usual and the second sound of a character. */
function eachSound(code: number, each: (sound: number) => void): void {
  const { usual, second } = sounds();
  if (usual[code] !== 0) each(usual[code] as number);
  if (second[code] !== 0) each(second[code] as number);
}
