import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { ListBuilder, type Lists, slotOf } from './lists.ts';
import { SOUND, sounds } from './sound.ts';

/**
 * What terms of two characters are kept under: each character as it is (e), by its sound (s), or by a class of
 * look-alikes it belongs to (c), in the order of the text.
 */
export const PAIR = {
  es: 1,
  se: 2,
  ec: 3,
  ce: 4,
  ss: 5,
  cs: 6,
  sc: 7,
  cc: 8,
  /** All initials of a term: asked of the bitmap alone. */
  initials: 9,
  /** One as it is, whatever the other may be (o), in a small lexicon. */
  eo: 10,
  oe: 11,
} as const;

/** Classes of a character that count where both of two were exchanged. */
export const PAIRED_CLASSES = 3;
/** Lengths of terms whose initials alone may mean them. */
export const MIN_INITIALS = 3;
export const MAX_INITIALS = 6;

/** What a key of initials is made with: letters folded into one number. */
export const addInitial = (sum: number, letter: number): number => (sum * 31 + letter) & 0xffff;

/** Gathers terms of two, and initials. */
export class PairBuilder {
  readonly #lists = new ListBuilder();
  readonly #blind: boolean;

  constructor(blind: boolean) {
    this.#blind = blind;
  }

  add(start: string, id: number): void {
    const a = start.charCodeAt(0);
    const b = start.charCodeAt(1);
    this.#heard(PAIR.es, a, b, id);
    this.#heard(PAIR.se, b, a, id);
    eachClass(b, CLASSES, (two) => this.#add(slotOf(PAIR.ec, a, two), id));
    eachClass(a, CLASSES, (one) => this.#add(slotOf(PAIR.ce, b, one), id));
    if (!this.#blind) return;
    this.#add(slotOf(PAIR.eo, a, 0), id);
    this.#add(slotOf(PAIR.oe, b, 0), id);
    this.#both(a, b, id);
  }

  /** A key by sound, whose initials may mean it. */
  addInitials(heard: string): void {
    if (heard.length < MIN_INITIALS || heard.length > MAX_INITIALS) return;
    const { initial } = sounds();
    let sum = 0;
    for (let i = 0; i < heard.length; i++) sum = addInitial(sum, initial[heard.charCodeAt(i) - SOUND] ?? 0);
    this.#lists.mark(slotOf(PAIR.initials, sum, heard.length));
  }

  build(): Lists {
    return this.#lists.build();
  }

  #both(a: number, b: number, id: number): void {
    const { usual, second } = sounds();
    for (const one of [usual[a] as number, second[a] as number]) {
      if (one === 0) continue;
      this.#heard(PAIR.ss, one, b, id);
      eachClass(b, PAIRED_CLASSES, (two) => this.#add(slotOf(PAIR.sc, one, two), id));
    }
    eachClass(a, PAIRED_CLASSES, (one) => {
      this.#heard(PAIR.cs, one, b, id);
      eachClass(b, PAIRED_CLASSES, (two) => this.#add(slotOf(PAIR.cc, one, two), id));
    });
  }

  #heard(kind: number, key: number, heard: number, id: number): void {
    const { usual, second } = sounds();
    this.#add(slotOf(kind, key, usual[heard] as number), id);
    if (second[heard] !== 0) this.#add(slotOf(kind, key, second[heard] as number), id);
  }

  #add(slot: number, id: number): void {
    this.#lists.add(slot, id);
  }
}

function eachClass(code: number, most: number, each: (one: number) => void): void {
  if (code < FIRST || code > LAST) return;
  const { classes } = characters();
  const from = (code - FIRST) * CLASSES;
  for (let i = 0; i < most && classes[from + i] !== 0; i++) each(classes[from + i] as number);
}
