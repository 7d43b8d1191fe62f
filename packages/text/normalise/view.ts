import { COUNTS, type Kernel, MOST } from '../kernel/kernel.ts';
import { ASK, type Fold, SKIP_FILLER, SKIP_INVISIBLE, SYMBOL, TRAITS_SHIFT } from './fold.ts';
import { Glance } from './glance.ts';

const START = 256;
/** Where the second plane ends. */
const FAR_END = 0x20000;
/** Supplementary characters whose symbols are remembered. */
const MAX_REMEMBERED = 4_096;

/**
 * A text as symbols, each with the place in the text it came from. Skipped characters leave a gap; a character
 * repeated is one symbol with a run. One object is used for message after message.
 */
export class View {
  text = '';
  length = 0;
  symbol = new Uint16Array(START);
  /** First UTF-16 unit of the symbol, and the one after its last; with a run, of the whole run. */
  start = new Int32Array(START);
  end = new Int32Array(START);
  /** How many times the character stands there. */
  run = new Int32Array(START);
  /** Whether a kernel has folded the text. */
  isFolded = false;
  /** Whether any symbol has a run. */
  hasRuns = false;
  /** What was seen on the way. */
  readonly glance = new Glance();
  readonly #fold: Fold;
  readonly #collapse: boolean;
  readonly #points = new Map<number, string>();
  readonly #kernel: Kernel | undefined;

  /** `kernel`: where short texts are read; its arrays are this view's then. */
  constructor(fold: Fold, collapse: boolean, kernel?: Kernel) {
    this.#fold = fold;
    this.#collapse = collapse;
    this.#kernel = kernel;
  }

  /** Reads UTF-16 units `from` to `to` of a text. */
  read(text: string, from = 0, to = text.length): this {
    this.text = text;
    this.length = 0;
    this.hasRuns = false;
    const kernel = this.#kernel;
    if (kernel && from === 0 && to <= MOST && this.#readIn(kernel, text, to)) return this;
    this.glance.clear();
    return this.append(text, from, to);
  }

  /** Reads the units up to one in a kernel; false where `append` has to, which then has the kernel's arrays. */
  #readIn(kernel: Kernel, text: string, to: number): boolean {
    const units = kernel.text;
    for (let i = 0; i < to; i++) units[i] = text.charCodeAt(i);
    if (this.symbol !== kernel.symbol) {
      this.symbol = kernel.symbol;
      this.start = kernel.start;
      this.end = kernel.end;
      this.run = kernel.run;
    }
    const length = kernel.fold(to, this.#collapse);
    if (length < 0) return false;
    this.length = length;
    this.isFolded = true;
    this.hasRuns = kernel.counts[COUNTS.runs] !== 0;
    this.glance.take(kernel.counts);
    return true;
  }

  /**
   * Reads symbols and runs alone, of UTF-16 units in an array: what a term is held against, without a string being made
   * for it. False where a unit is more or less than one symbol; `text` is then to be read.
   */
  readUnits(units: Uint16Array, from: number, to: number): boolean {
    const table = this.#fold.units;
    if (this.symbol.length < to - from) this.#grow(to - from);
    const { symbol, run } = this;
    let n = 0;
    for (let i = from; i < to; i++) {
      const s = (table[units[i] as number] as number) & SYMBOL;
      if (s >= SKIP_INVISIBLE && s <= ASK) return false;
      if (this.#collapse && n > 0 && symbol[n - 1] === s) run[n - 1] = (run[n - 1] as number) + 1;
      else {
        symbol[n] = s;
        run[n++] = 1;
      }
    }
    this.length = n;
    return true;
  }

  /** Goes on reading; `text` is the text of `read`. */
  append(text: string, from: number, to: number): this {
    this.isFolded = false;
    const { units } = this.#fold;
    const collapse = this.#collapse;
    const { glance } = this;
    let n = this.length;
    if (this.symbol.length <= n + to - from) this.#grow(n + to - from + 1);
    const { symbol, start, end, run } = this;
    for (let i = from; i < to; i++) {
      const from = i;
      let unit = units[text.charCodeAt(i)] as number;
      if (unit > SYMBOL) {
        if ((unit & SYMBOL) === ASK) {
          const code = text.codePointAt(i) as number;
          if (code > SYMBOL) {
            unit = this.#fold.far(code);
            if (code < FAR_END) this.#kernel?.learn(code, unit);
            if (i + 1 < to) i++;
          }
          if ((unit & SYMBOL) === ASK) {
            glance.note(unit >>> TRAITS_SHIFT);
            this.length = n;
            this.#many(code, from, i + 1);
            n = this.length;
            // Growing replaces the arrays.
            if (this.symbol !== symbol) return this.append(text, i + 1, to);
            continue;
          }
        }
        glance.note(unit >>> TRAITS_SHIFT);
        if ((unit & SYMBOL) === SKIP_FILLER || (unit & SYMBOL) === SKIP_INVISIBLE) continue;
      }
      const s = unit & SYMBOL;
      if (collapse && n > 0 && symbol[n - 1] === s) {
        end[n - 1] = i + 1;
        run[n - 1] = (run[n - 1] as number) + 1;
        this.hasRuns = true;
        continue;
      }
      symbol[n] = s;
      start[n] = from;
      end[n] = i + 1;
      run[n] = 1;
      n++;
    }
    this.length = n;
    return this;
  }

  /** Adds one symbol of another view. */
  take(other: View, i: number): void {
    if (this.length === this.symbol.length) this.#grow(this.length + 1);
    const n = this.length++;
    this.symbol[n] = other.symbol[i] as number;
    this.start[n] = other.start[i] as number;
    this.end[n] = other.end[i] as number;
    this.run[n] = other.run[i] as number;
  }

  clear(text: string): void {
    this.text = text;
    this.length = 0;
  }

  #many(code: number, from: number, to: number): void {
    const symbols = this.#symbols(code);
    const room = this.length + symbols.length + this.text.length - from;
    if (this.symbol.length <= room) this.#grow(room + 1);
    for (let k = 0; k < symbols.length; k++) {
      const s = symbols.charCodeAt(k);
      if (s === SKIP_FILLER || s === SKIP_INVISIBLE) continue;
      const n = this.length;
      const inside = (s & 0xfc00) === 0xdc00 || k > 0;
      if (this.#collapse && !inside && n > 0 && this.symbol[n - 1] === s && symbols.length === 1) {
        this.end[n - 1] = to;
        this.run[n - 1] = (this.run[n - 1] as number) + 1;
        continue;
      }
      this.symbol[n] = s;
      this.start[n] = from;
      this.end[n] = to;
      this.run[n] = 1;
      this.length = n + 1;
    }
  }

  #symbols(code: number): string {
    let symbols = this.#points.get(code);
    if (symbols === undefined) {
      symbols = this.#fold.point(code);
      if (this.#points.size >= MAX_REMEMBERED) this.#points.clear();
      this.#points.set(code, symbols);
    }
    return symbols;
  }

  #grow(least: number): void {
    const size = Math.max(2 * this.symbol.length, least);
    const larger = <T extends Uint16Array | Int32Array>(make: new (n: number) => T, old: T): T => {
      const array = new make(size);
      array.set(old);
      return array;
    };
    this.symbol = larger(Uint16Array, this.symbol);
    this.start = larger(Int32Array, this.start as Int32Array<ArrayBuffer>);
    this.end = larger(Int32Array, this.end as Int32Array<ArrayBuffer>);
    this.run = larger(Int32Array, this.run as Int32Array<ArrayBuffer>);
  }
}
