import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { setBit } from '../matcher/trie.ts';
import { Numbers } from './numbers.ts';
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
} as const;

/** Classes of a character that count where both of two were exchanged. */
export const PAIRED_CLASSES = 3;
/** Lengths of terms whose initials alone may mean them. */
export const MIN_INITIALS = 3;
export const MAX_INITIALS = 6;

/** Terms of two in lists by a hash, and a bitmap before them. */
export type Pairs = {
  bitmap: Uint32Array;
  /** First item of each list, one more at the end. */
  listStart: Uint32Array;
  /** Numbers of starts. */
  items: Uint32Array;
};

/**
 * Place of a key among 2^32, signed as a small integer of the engine is; its first bits say which list, and which bit
 * of the bitmap.
 */
export function slotOf(kind: number, a: number, b: number): number {
  const h = Math.imul(a + (kind << 16), 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
}

/** What a key of initials is made with: letters folded into one number. */
export const addInitial = (sum: number, letter: number): number => (sum * 31 + letter) & 0xffff;

const BITS_PER_KEY = 12;
const MIN_BITS = 2 ** 12;
const MAX_BITS = 2 ** 24;

/** Gathers terms of two, and initials. */
export class PairBuilder {
  readonly #slots = new Numbers();
  readonly #starts = new Numbers();
  /** Slots that the bitmap has a bit for, beside those of lists. */
  readonly #marks = new Numbers();
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
    if (this.#blind) this.#both(a, b, id);
  }

  /** A key by sound, whose initials may mean it. */
  addInitials(heard: string): void {
    if (heard.length < MIN_INITIALS || heard.length > MAX_INITIALS) return;
    const { initial } = sounds();
    let sum = 0;
    for (let i = 0; i < heard.length; i++) sum = addInitial(sum, initial[heard.charCodeAt(i) - SOUND] ?? 0);
    this.#marks.add(slotOf(PAIR.initials, sum, heard.length));
  }

  build(): Pairs {
    const { values, length } = this.#slots;
    const lists = 2 ** Math.max(4, Math.ceil(Math.log2(length + 1)));
    const wanted = 2 ** Math.ceil(Math.log2((length + this.#marks.length) * BITS_PER_KEY + 1));
    const bitmap = new Uint32Array(Math.min(MAX_BITS, Math.max(MIN_BITS, wanted)) / 32);
    const shift = Math.clz32(lists - 1);
    const bitShift = Math.clz32(bitmap.length * 32 - 1);
    for (let k = 0; k < this.#marks.length; k++)
      setBit(bitmap, (this.#marks.values[k] as number) >>> bitShift);
    const listStart = new Uint32Array(lists + 1);
    const items = new Uint32Array(length);
    for (let k = 0; k < length; k++) {
      setBit(bitmap, (values[k] as number) >>> bitShift);
      const list = (values[k] as number) >>> shift;
      listStart[list] = (listStart[list] as number) + 1;
    }
    let end = 0;
    for (let list = 0; list <= lists; list++) {
      end += listStart[list] as number;
      listStart[list] = end;
    }
    for (let k = length - 1; k >= 0; k--) {
      const list = (values[k] as number) >>> shift;
      const at = (listStart[list] as number) - 1;
      listStart[list] = at;
      items[at] = this.#starts.values[k] as number;
    }
    return { bitmap, listStart, items };
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
    this.#slots.add(slot);
    this.#starts.add(id);
  }
}

function eachClass(code: number, most: number, each: (one: number) => void): void {
  if (code < FIRST || code > LAST) return;
  const { classes } = characters();
  const from = (code - FIRST) * CLASSES;
  for (let i = 0; i < most && classes[from + i] !== 0; i++) each(classes[from + i] as number);
}
