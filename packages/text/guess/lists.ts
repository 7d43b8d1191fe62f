import { addTo, type Filter, filterFor } from '../matcher/filter.ts';
import { asFirst, asSecond, mixed } from '../matcher/hash.ts';
import { Numbers } from './numbers.ts';

/** Bits of the filter for each slot. */
const BITS_PER_KEY = 16;

/**
 * Starts in lists by a hash of what they are kept under, and a filter before them. A list is a row of one line of the
 * processor's cache, so that a place that leads nowhere costs one look at memory: how many items it has, where those
 * that do not fit are in `more`, and items. An item is two words: the number of a start, and above it as much of its
 * slot as there is room for; and what says of most starts that they do not stand there (`threes.ts`).
 */
export type Lists = { filter: Filter; rows: Uint32Array; more: Uint32Array };

/** Words of a row, and items in it behind the two words that say what there is. */
const ROW_BITS = 4;
const ROW = 2 ** ROW_BITS;
export const IN_ROW = (ROW - 2) / 2;
/** Items that a row has on average, about. */
const USUAL = 4;

/** Bits of an item that number a start: a lexicon has no more terms than that. */
const START_BITS = 19;
const START_MASK = 2 ** START_BITS - 1;

/** The number of a start that an item of a list is. */
export const startOf = (item: number): number => item & START_MASK;

/** What items of a slot have above their starts. */
export const tagOf = (slot: number): number => (slot << START_BITS) >>> 0;

/** Whether an item is kept under a slot with a tag; another one seldom is. */
export const isTagged = (item: number, tag: number): boolean => ((item ^ tag) & ~START_MASK) === 0;

/** The first word of the row of a slot: items of its list; the one behind it is where the others are in `more`. */
export const rowOf = ({ rows }: Lists, slot: number): number => (slot >>> shiftOf(rows)) << ROW_BITS;

const shiftOf = (rows: Uint32Array): number => Math.clz32(rows.length / ROW - 1);

/** Hash of a key of a kind: its first bits say which list, and all of them what the filter has. */
export const slotOf = (kind: number, a: number, b: number): number =>
  mixed(asFirst(a + (kind << 16)) ^ asSecond(b));

/** Gathers slots with the starts that are kept under them. */
export class ListBuilder {
  readonly #slots = new Numbers();
  readonly #starts = new Numbers();
  readonly #prints = new Numbers();
  readonly #marks = new Numbers();

  /** A slot that is asked of the filter before its list is read. */
  add(slot: number, start: number, print = 0): void {
    this.list(slot, start, print);
    this.mark(slot);
  }

  /** A slot of which the list is read alone. */
  list(slot: number, start: number, print = 0): void {
    this.#slots.add(slot);
    this.#starts.add(start);
    this.#prints.add(print);
  }

  /** A slot that is asked of the filter alone. */
  mark(slot: number): void {
    this.#marks.add(slot);
  }

  build(): Lists {
    const { values, length } = this.#slots;
    const filter = filterFor(this.#marks.length, BITS_PER_KEY);
    for (let k = 0; k < this.#marks.length; k++) addTo(filter, this.#marks.values[k] as number);
    const rows = new Uint32Array(ROW * 2 ** Math.max(4, Math.round(Math.log2(length / USUAL + 1))));
    const shift = shiftOf(rows);
    for (let k = 0; k < length; k++) {
      const row = ((values[k] as number) >>> shift) << ROW_BITS;
      rows[row] = (rows[row] as number) + 1;
    }
    let beyond = 0;
    for (let row = 0; row < rows.length; row += ROW) {
      rows[row + 1] = beyond;
      beyond += Math.max(0, (rows[row] as number) - IN_ROW);
      rows[row] = 0;
    }
    const more = new Uint32Array(2 * beyond);
    for (let k = 0; k < length; k++) {
      const row = ((values[k] as number) >>> shift) << ROW_BITS;
      const at = rows[row] as number;
      rows[row] = at + 1;
      const to = at < IN_ROW ? rows : more;
      const item = at < IN_ROW ? row + 2 + 2 * at : 2 * ((rows[row + 1] as number) + at - IN_ROW);
      to[item] = tagOf(values[k] as number) | (this.#starts.values[k] as number);
      to[item + 1] = this.#prints.values[k] as number;
    }
    return { filter, rows, more };
  }
}
