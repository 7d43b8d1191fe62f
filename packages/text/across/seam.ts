import { characters } from '../data/characters.ts';
import { readColumns } from '../engine/column.ts';
import type { Compiled } from '../engine/compile.ts';
import { Hits } from '../matcher/hits.ts';
import { scan } from '../matcher/scan.ts';
import { childOf, type Trie } from '../matcher/trie.ts';
import { foldOf } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { BIT } from '../stage.ts';
import { contactMeets } from './contactRun.ts';
import type { Joined } from './joined.ts';
import { isDigit, isDot, mayBeApart, numeralsOf } from './readings.ts';

/** Letters of the longest syllable: what one character of a term may take. */
const SYLLABLE = 6;
/** Steps over the terms for one text; where they run out, it is looked at in full. */
const BUDGET = 4_000;
/** Below this a symbol is no Chinese character: a letter, a digit, a sign. */
const FIRST_HAN = 0x2e80;

/**
 * Whether a term may lie over the seam before the last of several messages: asked before they are searched in full,
 * and never wrong where it says no. Nearly always it does, at a fortieth of the cost.
 */
export class Seam {
  readonly #compiled: Compiled;
  readonly #views: { plain: View; number: View | undefined; leet: View | undefined };
  readonly #columns: View;
  readonly #hits = new Hits();
  /** Characters of the longest term, and of the longest that is guessed at; 0 where none is. */
  readonly #longest: number;
  readonly #guessed: number;
  #seam = 0;
  #budget = 0;

  constructor(compiled: Compiled) {
    const { mask, hasNumbers, hasLetters, plain, heard } = compiled;
    const collapse = (mask & BIT.repeat) !== 0;
    const viewOf = (reading: 'plain' | 'number' | 'leet'): View => new View(foldOf(mask, reading), collapse);
    this.#compiled = compiled;
    this.#views = {
      plain: viewOf('plain'),
      number: hasNumbers && mask & BIT.numeral ? viewOf('number') : undefined,
      leet: hasLetters && mask & BIT.leet ? viewOf('leet') : undefined,
    };
    this.#columns = new View(foldOf(mask), false);
    this.#longest = plain.longest;
    this.#guessed = heard?.longest ?? 0;
  }

  /** Whether a term that is read as it stands, in other spellings or taken apart may reach over the seam. */
  crosses({ text, starts }: Joined): boolean {
    const { mask } = this.#compiled;
    const { plain, number, leet } = this.#views;
    this.#seam = starts.at(-2) as number;
    this.#budget = BUDGET;
    if (this.#reaches(plain.read(text), this.#guessed > 0)) return true;
    const { glance } = plain;
    if (number && glance.numbers && this.#reaches(number.read(text), false)) return true;
    if (leet && glance.leet && this.#reaches(leet.read(text), false)) return true;
    return (mask & BIT.contact) !== 0 && contactMeets(text, this.#seam);
  }

  /**
   * Whether the last message and those before it may be nothing but a term, in whatever disguise. Asked after
   * `crosses` of the same text.
   */
  fills({ text, starts }: Joined): boolean {
    const view = this.#views.plain;
    const last = starts.length - 2;
    let end = view.length;
    let least: number | undefined;
    for (let piece = last; piece >= 0; piece--) {
      const from = firstFrom(view, end, starts[piece] as number);
      const some = from < end ? leastOf(view, from, end) : undefined;
      end = from;
      if (some === undefined) {
        // What has no letters parts nothing, but at the end it completes nothing either.
        if (piece === last) return false;
      } else if (least === undefined) least = some;
      else if (least + some <= SYLLABLE * this.#guessed) return true;
      else break;
    }
    return this.#standsBackwards(view) || this.#standsInColumns(text, view, starts);
  }

  /** Follows terms from each place before the seam on, until one ends behind it. */
  #reaches(view: View, guesses: boolean): boolean {
    const { start, end, length } = view;
    let seam = length;
    while (seam > 0 && (end[seam - 1] as number) > this.#seam) seam--;
    if (seam === length) return false;
    // A character taken apart is three symbols at most.
    const back = guesses ? 3 * this.#longest : this.#longest;
    for (let i = Math.max(0, seam - back); i < length && (start[i] as number) < this.#seam; i++)
      if (this.#follow(view, 0, i, guesses)) return true;
    return false;
  }

  #follow(view: View, node: number, i: number, guesses: boolean): boolean {
    if (i >= view.length) return false;
    const symbol = view.symbol[i] as number;
    if (this.#enter(view, node, symbol, i, guesses)) return true;
    if (!guesses) return false;
    const code = view.text.charCodeAt(view.start[i] as number);
    if (isDigit(code))
      for (const numeral of numeralsOf(code)) if (this.#enter(view, node, numeral, i, guesses)) return true;
    if (i + 1 === view.length || !mayBeApart(symbol, view.symbol[i + 1] as number)) return false;
    return this.#takenApart(view, node, i);
  }

  #takenApart(view: View, node: number, i: number): boolean {
    const { splits } = characters();
    let parts = String.fromCharCode(view.symbol[i] as number);
    for (let to = i + 1; to < Math.min(i + 3, view.length); to++) {
      parts += String.fromCharCode(view.symbol[to] as number);
      const wholes = splits.get(parts) ?? '';
      for (let k = 0; k < wholes.length; k++)
        if (this.#enter(view, node, wholes.charCodeAt(k), to, true)) return true;
    }
    return false;
  }

  /** Takes one symbol of a term that stands in the text up to place `to`. */
  #enter(view: View, node: number, symbol: number, to: number, guesses: boolean): boolean {
    if (--this.#budget < 0) return true;
    const trie: Trie = this.#compiled.plain;
    const child = node === 0 ? (trie.first[symbol] as number) : childOf(trie, node, symbol);
    if (child === 0) return false;
    if (trie.group[child] !== 0 && (view.end[to] as number) > this.#seam) return true;
    return this.#follow(view, child, to + 1, guesses);
  }

  #standsBackwards({ symbol, start, end, length }: View): boolean {
    const { mask, plain } = this.#compiled;
    if ((mask & BIT.reversed) === 0) return false;
    for (let i = length - 1; i >= 0 && (end[i] as number) > this.#seam; i--) {
      let node = plain.first[symbol[i] as number] as number;
      for (let j = i - 1; j >= 0 && node !== 0; j--) {
        node = childOf(plain, node, symbol[j] as number);
        if (plain.group[node] !== 0 && (start[j] as number) < this.#seam) return true;
      }
    }
    return false;
  }

  /** Whether a term stands downwards over the seam. */
  #standsInColumns(text: string, view: View, starts: readonly number[]): boolean {
    const { mask, plain } = this.#compiled;
    if ((mask & BIT.column) === 0 || plain.longest <= 2) return false;
    // Rows are parted by pauses.
    if (view.glance.gaps <= 1 || !this.#mayBegin(view, starts)) return false;
    if (!readColumns(text, view, this.#columns)) return false;
    const hits = this.#hits;
    hits.clear();
    scan(plain, this.#columns, hits);
    const { start, end } = this.#columns;
    for (let h = 0; h < hits.length; h++) {
      const first = hits.data[3 * h + 1] as number;
      const last = hits.data[3 * h + 2] as number;
      if ((start[first] as number) < this.#seam && (end[last] as number) > this.#seam) return true;
    }
    return false;
  }

  /** Whether an earlier message begins as some term does. */
  #mayBegin({ symbol, start, length }: View, starts: readonly number[]): boolean {
    let piece = 0;
    for (let u = 0; u < length && piece < starts.length - 2; u++) {
      if ((start[u] as number) < (starts[piece] as number)) continue;
      if (this.#compiled.plain.first[symbol[u] as number] !== 0) return true;
      while (piece < starts.length - 2 && (starts[piece] as number) <= (start[u] as number)) piece++;
    }
    return false;
  }
}

/** First symbol before `end` that stands at unit `at` of the text or behind it. */
function firstFrom({ start }: View, end: number, at: number): number {
  let first = end;
  while (first > 0 && (start[first - 1] as number) >= at) first--;
  return first;
}

/**
 * Characters that a term has at least where it takes symbols `from` to before `to` of a text, in parts of which a whole
 * one has six and a letter one: a syllable may stand in two messages.
 */
function leastOf({ symbol }: View, from: number, to: number): number {
  let letters = 0;
  let han = 0;
  for (let u = from; u < to; u++) {
    const code = symbol[u] as number;
    if (code < FIRST_HAN) letters++;
    else if (!isDot(code)) han++;
    if (u + 1 < to && mayBeApart(code, symbol[u + 1] as number)) han -= u + 2 < to ? 2 : 1;
  }
  return SYLLABLE * Math.max(0, han) + letters;
}
