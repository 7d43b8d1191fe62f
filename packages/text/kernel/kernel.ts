import { readFileSync } from 'node:fs';
import { type Filter, filterShift } from '../matcher/filter.ts';

/** A place in the memory of WebAssembly. */
type At = number;

/** What `assembly/index.ts` exports. */
type Exports = {
  memory: WebAssembly.Memory;
  free(): At;
  at(which: number): At;
  setTables(units: At, far: At, known: At, natural: At, parts: At, partsBy: number): void;
  setFilters(near: At, nearBy: number, apart: At, apartBy: number, heard: At, heardBy: number): void;
  fold(length: number, collapse: number): number;
  sieve(length: number, isFolded: number): number;
};

/** What a kernel reads every text by, and what it has of one lexicon: see `assembly/tables.ts`. */
export type Tables = { units: Uint32Array; known: Uint32Array; natural: Uint8Array; parts: Filter };
export type Filters = { near: Filter; apart: Filter; heard: Filter };

/** UTF-16 units, and symbols, that a text may have here: most messages are shorter. */
export const MOST = 64;
const ROOM = MOST + 8;
const PAGE_BYTES = 65_536;
/** The table of the second plane has two words for each of its characters. */
const FAR_BYTES = 8 * 0x10000;
const SYMBOL = 0xffff;
/** Tables begin where lines of the processor's cache do. */
const LINE = 64;

/** What was counted of a text, by its number in `counts`. */
export const COUNTS = {
  any: 0,
  numerals: 1,
  gaps: 2,
  signs: 3,
  letters: 4,
  listed: 5,
  odd: 6,
  all: 7,
  runs: 8,
} as const;

/** Where a filter lies, and how large it may be. */
type Room = { at: At; bytes: number };

const toLine = (at: At): At => Math.ceil(at / LINE) * LINE;

/** Units as they are folded, each with what is known of its symbol beside it: both are asked for at once. */
function besides(units: Uint32Array, known: Uint32Array): Uint32Array {
  const both = new Uint32Array(2 * units.length);
  for (let k = 0; k < units.length; k++) {
    const unit = units[k] as number;
    both[2 * k] = unit;
    both[2 * k + 1] = known[unit & SYMBOL] as number;
  }
  return both;
}

let compiled: WebAssembly.Module | undefined;

/**
 * What is done with every symbol of a short text, in WebAssembly (`assembly/`, compiled by `make.ts`): it is folded, and
 * what filters say of its neighbours is listed. The tables and filters are copied into its memory, 2 MB for 100,000
 * terms; the arrays are views of that memory, and what they hold is the last text's.
 */
export class Kernel {
  readonly text: Uint16Array<ArrayBuffer>;
  readonly symbol: Uint16Array<ArrayBuffer>;
  readonly start: Int32Array<ArrayBuffer>;
  readonly end: Int32Array<ArrayBuffer>;
  readonly run: Int32Array<ArrayBuffer>;
  readonly known: Uint32Array<ArrayBuffer>;
  readonly place: Uint32Array<ArrayBuffer>;
  readonly what: Uint8Array<ArrayBuffer>;
  readonly odd: Uint32Array<ArrayBuffer>;
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly #bytes: Uint8Array;
  readonly #rooms: readonly [Room, Room, Room];
  readonly #far: Uint32Array;
  readonly #known: Uint32Array;
  readonly #run: Exports;

  constructor({ units, known, natural, parts }: Tables, filters: Filters) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
    const run = new WebAssembly.Instance(compiled).exports as Exports;
    let free = toLine(run.free());
    const take = (bytes: number): At => {
      const at = free;
      free = toLine(free + bytes);
      return at;
    };
    const tables = [besides(units, known), known, natural, parts];
    const places = tables.map(({ byteLength }) => take(byteLength)) as [At, At, At, At];
    const far = take(FAR_BYTES);
    this.#rooms = [filters.near, filters.apart, filters.heard].map(({ byteLength }) => ({
      at: take(byteLength),
      bytes: byteLength,
    })) as [Room, Room, Room];
    run.memory.grow(Math.ceil((free - run.memory.buffer.byteLength) / PAGE_BYTES));
    const buffer = run.memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(buffer);
    for (const [k, table] of tables.entries()) this.#put(places[k] as At, table);
    const [unitsAt, knownAt, naturalAt, partsAt] = places;
    run.setTables(unitsAt, far, knownAt, naturalAt, partsAt, filterShift(parts));
    this.#far = new Uint32Array(buffer, far, FAR_BYTES / 4);
    this.#known = known;
    this.#run = run;
    this.text = new Uint16Array(buffer, run.at(0), ROOM);
    this.symbol = new Uint16Array(buffer, run.at(1), ROOM);
    this.start = new Int32Array(buffer, run.at(2), ROOM);
    this.end = new Int32Array(buffer, run.at(3), ROOM);
    this.run = new Int32Array(buffer, run.at(4), ROOM);
    this.known = new Uint32Array(buffer, run.at(5), ROOM);
    this.place = new Uint32Array(buffer, run.at(6), 4 * ROOM);
    this.what = new Uint8Array(buffer, run.at(7), 4 * ROOM);
    this.odd = new Uint32Array(buffer, run.at(8), ROOM);
    this.counts = new Uint32Array(buffer, run.at(9), 9);
    this.fill(filters);
  }

  /** Takes the filters of another lexicon in the place of those it has; false where there is no room for them. */
  fill(filters: Filters): boolean {
    const { near, apart, heard } = filters;
    const [nearAt, apartAt, heardAt] = this.#rooms;
    if (
      near.byteLength > nearAt.bytes ||
      apart.byteLength > apartAt.bytes ||
      heard.byteLength > heardAt.bytes
    )
      return false;
    this.#put(nearAt.at, near);
    this.#put(apartAt.at, apart);
    this.#put(heardAt.at, heard);
    this.#run.setFilters(
      nearAt.at,
      filterShift(near),
      apartAt.at,
      filterShift(apart),
      heardAt.at,
      filterShift(heard),
    );
    return true;
  }

  #put(at: At, { buffer, byteOffset, byteLength }: Uint8Array | Uint32Array): void {
    this.#bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
  }

  /** Folds `length` UTF-16 units of `text`; how many symbols they are, -1 where `View.append` has to read them. */
  fold(length: number, collapse: boolean): number {
    return this.#run.fold(length, collapse ? 1 : 0);
  }

  /** Looks for where more of `length` symbols is worth while, 1 at least; `isFolded` where `fold` gave them. */
  sieve(length: number, isFolded: boolean): void {
    this.#run.sieve(length, isFolded ? 1 : 0);
  }

  /** Takes over how a character of the second plane is folded. */
  learn(code: number, unit: number): void {
    const at = 2 * (code - 0x10000);
    this.#far[at] = unit;
    this.#far[at + 1] = this.#known[unit & SYMBOL] as number;
  }
}
