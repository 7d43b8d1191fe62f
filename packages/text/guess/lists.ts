import { addTo, type Filter, filterFor } from '../matcher/filter.ts';
import { Numbers } from './numbers.ts';

/** Bits of the filter for each slot. */
const BITS_PER_KEY = 16;

/** Numbers of starts in lists by a hash of what they are kept under, and a filter before them. */
export type Lists = {
  filter: Filter;
  /** First item of each list, one more at the end. */
  listStart: Uint32Array;
  /** Number of a start, and above it as much of its slot as there is room for: what else a list has is passed over. */
  items: Uint32Array;
};

/** Bits of an item that number a start: a lexicon has no more terms than that. */
const START_BITS = 19;
const START_MASK = 2 ** START_BITS - 1;

/** The number of a start that an item of a list is. */
export const startOf = (item: number): number => item & START_MASK;

/** What items of a slot have above their starts. */
export const tagOf = (slot: number): number => (slot << START_BITS) >>> 0;

/** Whether an item is kept under a slot with a tag; another one seldom is. */
export const isTagged = (item: number, tag: number): boolean => ((item ^ tag) & ~START_MASK) === 0;

/** Hash of a key of a kind: its first bits say which list, and all of them what the filter has. */
export function slotOf(kind: number, a: number, b: number): number {
  const h = Math.imul(a + (kind << 16), 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  const mixed = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** What a slot is shifted by to say which list. */
export const listShiftOf = ({ listStart }: Lists): number => Math.clz32(listStart.length - 2);

/** Gathers slots with the starts that are kept under them. */
export class ListBuilder {
  readonly #slots = new Numbers();
  readonly #starts = new Numbers();
  readonly #marks = new Numbers();

  /** A slot that is asked of the filter before its list is read. */
  add(slot: number, start: number): void {
    this.list(slot, start);
    this.mark(slot);
  }

  /** A slot of which the list is read alone. */
  list(slot: number, start: number): void {
    this.#slots.add(slot);
    this.#starts.add(start);
  }

  /** A slot that is asked of the filter alone. */
  mark(slot: number): void {
    this.#marks.add(slot);
  }

  build(): Lists {
    const { values, length } = this.#slots;
    const lists = 2 ** Math.max(4, Math.floor(Math.log2(length + 1)));
    const shift = Math.clz32(lists - 1);
    const filter = filterFor(this.#marks.length, BITS_PER_KEY);
    for (let k = 0; k < this.#marks.length; k++) addTo(filter, this.#marks.values[k] as number);
    const listStart = new Uint32Array(lists + 1);
    const items = new Uint32Array(length);
    for (let k = 0; k < length; k++) {
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
      items[at] = tagOf(values[k] as number) | (this.#starts.values[k] as number);
    }
    return { filter, listStart, items };
  }
}
