import { ListBuilder, type Lists, slotOf } from './lists.ts';
import { SOUND, sounds } from './sound.ts';

/** What starts of three are kept under as they are: two neighbours of theirs, or the first and the third. */
export const EXACT = { adjacent: 1, apart: 2 } as const;
/** What they are kept under by sound where every character may be exchanged: which two of three. */
export const BLIND = { s0s1: 1, s1s2: 2, s0s2: 3 } as const;

/**
 * Starts of three characters. In a large lexicon a start is looked for where all three sound like it, or two stand as
 * they are. Neighbours that stand as they are lie in lists alone: the filter before them is `near.ts`'s. Where every
 * character may be exchanged, the lists by sound are kept under two sounds, and those of characters are empty.
 */
export type Threes = { heard: Lists; exact: Lists };

/** Hash of three sounds, numbered from 1, as `slotOf` gives. */
export function soundsHash(one: number, two: number, three: number): number {
  const h = Math.imul((one << 18) | (two << 9) | three, 0x9e3779b1);
  const mixed = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The same of their symbols. */
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
    this.#exact.list(slotOf(EXACT.adjacent, a, b), id);
    this.#exact.list(slotOf(EXACT.adjacent, b, c), id);
    this.#exact.add(slotOf(EXACT.apart, a, c), id);
    eachSound(a, (one) =>
      eachSound(b, (two) => eachSound(c, (three) => this.#heard.add(heardSlot(one, two, three), id))),
    );
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
