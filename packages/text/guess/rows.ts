import { bitmapFor, setBit, shiftOf } from '../matcher/trie.ts';
import { Numbers } from './numbers.ts';
import { slotOf } from './pairs.ts';
import { SOUND, sounds } from './sound.ts';

/**
 * What starts of three are kept under: two of their characters, each as it is (e) or by its sound (s); the digits say
 * which two. Where every character may be exchanged, both by sound.
 */
export const THREE = {
  e0s1: 0,
  e1s2: 1,
  e0s2: 2,
  s0e1: 3,
  s1e2: 4,
  s0e2: 5,
  s0s1: 0,
  s1s2: 1,
  s0s2: 2,
} as const;

/** Words of a row for one kind: a bit for each sound, then the first record and the one after the last. */
export const ROW_WORDS = 16;
export const FIRST_RECORD = 14;
export const END_RECORD = 15;
/** Words of a row: kinds in the order of `THREE`. */
export const ROW = 6 * ROW_WORDS;
/** Bits of a sound in a record. */
export const SOUND_BITS = 9;

/**
 * Starts of three characters by rows: one for each character they have (or sound, where every one may be exchanged).
 * A row says which sounds stand beside its character, and where the starts with it lie, in order of that sound. The
 * rows and records of usual characters are few enough to stay in cache; looked up by a hash, nearly each would be a
 * wait for memory.
 */
export type Rows = {
  /** Row of each UTF-16 unit or sound, 0 for none, and the rows. */
  rowOf: Uint16Array;
  rows: Uint32Array;
  /** Two words a record: first and second character; third, and the sound it is kept under from bit 16 on. */
  records: Uint32Array;
  /** Number of each record's start. */
  startOf: Uint32Array;
  /** Bitmap of two characters of a start as they are, by `slotOf` with kind `e0s1`, `e1s2` or `e0s2`. */
  exact: Uint32Array;
};

/** Gathers starts of three, and lays them out by rows. */
export class RowBuilder {
  readonly #rowOf = new Uint16Array(65_536);
  #rows = new Uint32Array(ROW);
  #count = 1;
  /** Row, kind and sound as one number, and the start. */
  readonly #keys = new Numbers();
  readonly #starts = new Numbers();
  readonly #blind: boolean;

  constructor(blind: boolean) {
    this.#blind = blind;
    if (blind) for (let sound = 0; sound < sounds().initial.length; sound++) this.#rowFor(SOUND + sound);
  }

  add(start: string, id: number): void {
    const a = start.charCodeAt(0);
    const b = start.charCodeAt(1);
    const c = start.charCodeAt(2);
    if (this.#blind) {
      this.#addBlind(THREE.s0s1, a, b, id);
      this.#addBlind(THREE.s1s2, b, c, id);
      this.#addBlind(THREE.s0s2, a, c, id);
      return;
    }
    this.#addHeard(THREE.e0s1, a, b, id);
    this.#addHeard(THREE.s0e1, b, a, id);
    this.#addHeard(THREE.e1s2, b, c, id);
    this.#addHeard(THREE.s1e2, c, b, id);
    this.#addHeard(THREE.e0s2, a, c, id);
    this.#addHeard(THREE.s0e2, c, a, id);
  }

  /** `chars` has three characters of each start. */
  build(chars: Uint16Array): Rows {
    const rows = this.#rows.slice(0, this.#count * ROW);
    const { length } = this.#keys;
    const order = sortedByKey(this.#keys, this.#count * 6);
    const records = new Uint32Array(2 * length);
    const startOf = new Uint32Array(length);
    for (let k = 0; k < length; k++) {
      const from = order[k] as number;
      const key = this.#keys.values[from] as number;
      const id = this.#starts.values[from] as number;
      const at = (key >>> SOUND_BITS) * ROW_WORDS;
      if (rows[at + END_RECORD] === 0) rows[at + FIRST_RECORD] = k;
      rows[at + END_RECORD] = k + 1;
      records[2 * k] = (chars[3 * id] as number) | ((chars[3 * id + 1] as number) << 16);
      records[2 * k + 1] = (chars[3 * id + 2] as number) | ((key & (2 ** SOUND_BITS - 1)) << 16);
      startOf[k] = id;
    }
    return {
      rowOf: this.#rowOf,
      rows,
      records,
      startOf,
      exact: this.#blind ? new Uint32Array(0) : exactOf(chars),
    };
  }

  #addBlind(kind: number, key: number, heard: number, id: number): void {
    const { usual, second } = sounds();
    this.#addHeard(kind, usual[key] as number, heard, id);
    if (second[key] !== 0) this.#addHeard(kind, second[key] as number, heard, id);
  }

  #addHeard(kind: number, key: number, heard: number, id: number): void {
    const { usual, second } = sounds();
    this.#add(kind, key, usual[heard] as number, id);
    if (second[heard] !== 0) this.#add(kind, key, second[heard] as number, id);
  }

  #add(kind: number, key: number, sound: number, id: number): void {
    const at = this.#rowFor(key) * 6 + kind;
    setBit(this.#rows, at * ROW_WORDS * 32 + sound - SOUND);
    this.#keys.add((at << SOUND_BITS) | (sound - SOUND));
    this.#starts.add(id);
  }

  #rowFor(key: number): number {
    if (this.#rowOf[key] === 0) {
      this.#rowOf[key] = this.#count++;
      if (this.#count * ROW > this.#rows.length) {
        const rows = this.#rows;
        this.#rows = new Uint32Array(2 * rows.length);
        this.#rows.set(rows);
      }
    }
    return this.#rowOf[key] as number;
  }
}

function exactOf(chars: Uint16Array): Uint32Array {
  const exact = bitmapFor(chars.length);
  const shift = shiftOf(exact);
  for (let at = 0; at < chars.length; at += 3) {
    const a = chars[at] as number;
    const b = chars[at + 1] as number;
    const c = chars[at + 2] as number;
    if (c === 0) continue;
    setBit(exact, slotOf(THREE.e0s1, a, b) >>> shift);
    setBit(exact, slotOf(THREE.e1s2, b, c) >>> shift);
    setBit(exact, slotOf(THREE.e0s2, a, c) >>> shift);
  }
  return exact;
}

/** Indices of keys in their order: counted by sound, then by row and kind, of which there are `groups`. */
function sortedByKey({ values, length }: Numbers, groups: number): Uint32Array {
  const bySound = new Uint32Array(length);
  const order = new Uint32Array(length);
  const ends = new Uint32Array(2 ** SOUND_BITS);
  const low = ends.length - 1;
  for (let k = 0; k < length; k++) count(ends, (values[k] as number) & low);
  sum(ends);
  for (let k = length - 1; k >= 0; k--) bySound[take(ends, (values[k] as number) & low)] = k;
  const groupEnds = new Uint32Array(groups);
  for (let k = 0; k < length; k++) count(groupEnds, (values[k] as number) >>> SOUND_BITS);
  sum(groupEnds);
  for (let k = length - 1; k >= 0; k--) {
    const from = bySound[k] as number;
    order[take(groupEnds, (values[from] as number) >>> SOUND_BITS)] = from;
  }
  return order;
}

const count = (counts: Uint32Array, at: number): void => {
  counts[at] = (counts[at] as number) + 1;
};

function sum(counts: Uint32Array): void {
  let end = 0;
  for (let at = 0; at < counts.length; at++) {
    end += counts[at] as number;
    counts[at] = end;
  }
}

const take = (ends: Uint32Array, at: number): number => {
  const place = (ends[at] as number) - 1;
  ends[at] = place;
  return place;
};
