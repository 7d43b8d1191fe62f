import { characters } from '../data/characters.ts';
import { BIT, type StageMask } from '../stage.ts';
import { decimalOf } from './decimal.ts';
import { enclosed } from './enclosed.ts';
import { farTraits, unitTraits } from './glance.ts';

/** Values of a fold table that are no symbols: lone surrogates, which no character folds to. */
export const SKIP_INVISIBLE = 0xd800;
export const SKIP_FILLER = 0xd801;
/** One character that becomes several symbols, or none in the table: ask `point`. */
export const ASK = 0xd802;

/** A unit of a fold table: its symbol below, its traits (`glance.ts`) above. */
export const SYMBOL = 0xffff;
export const TRAITS_SHIFT = 16;
/** A trait of what is no symbol of its own: so that anything but a plain character lies above `SYMBOL`. */
const SPECIAL = 0x4000;
/** The plane behind the basic one: pictures, letters in circles. */
const FAR = 0x10000;

/**
 * How a text is read: `plain`; `number` reads Chinese numerals as digits and 点 as a dot; `leet` reads digits and
 * signs as letters.
 */
export type Reading = 'plain' | 'number' | 'leet';

/** Pairs of characters whose stages are remembered. */
const MAX_REMEMBERED = 4_096;

/** One character on its way through the stages: its form after each stage that changed it. */
type Step = { bit: StageMask; form: string };

const NUMERALS: ReadonlyMap<string, string> = new Map(
  [
    '〇零',
    '一壹壱弌〡',
    '二贰弐弍〢',
    '三叁叄〣',
    '四肆〤',
    '五伍〥',
    '六陆〦',
    '七柒〧',
    '八捌〨',
    '九玖〩',
  ].flatMap((chars, digit) => [...chars].map((char) => [char, String(digit)] as [string, string])),
);
/** Numerals within what one character folds into: ㈧ is (八). */
const numbersIn = (form: string): string => form.replace(/./gsu, (char) => NUMERALS.get(char) ?? char);

const LEET: ReadonlyMap<string, string> = new Map(
  [...'2z3e4a5s7t8b9g@a$s!l|l+t€e£l'.matchAll(/../gu)].map(([pair]) => [
    pair[0] as string,
    pair[1] as string,
  ]),
);
/** ASCII that is taken for one another. */
const ASCII_ALIKE: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'l'],
  ['i', 'l'],
]);
/** Strokes and marks that people put between characters as they do punctuation. */
const STROKE_FILLERS = '丶灬丿ー々ゞ〻';
/** Blanks, and tones beside Bopomofo: ˉ ˊ ˇ ˋ ˙. */
const BLANKS = '\u3164\u115f\u1160\uffa0\u2800\u034f\u02c9\u02ca\u02c7\u02cb\u02d9';
const DOTS = '点點';
/** Signs read aloud as 加, before somebody's number. */
const ADDS = ['+', '➕'];

const FILLER = /^[\p{Z}\p{P}\p{S}\p{Extended_Pictographic}\t\n\v\f\r]$/u;
/** Marks, and whatever is no character that everybody sees alike: controls, halves of pairs, private use, unassigned. */
const INVISIBLE = /^[\p{M}\p{C}]$/u;
const DECOMPOSABLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u;
const HALF_FULL = /^[\uff00-\uffef\u3000]$/;

/** Blocks whose characters no stage before `traditional` changes: Unihan without compatibility forms, Hangul. */
const isStable = (code: number): boolean =>
  (code >= 0x3400 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3);

/** Folds characters into symbols by the stages that are switched on. A symbol is one UTF-16 unit. */
export class Fold {
  /** Of each UTF-16 unit its symbol, or `SKIP_INVISIBLE`, `SKIP_FILLER`, `ASK`; and its traits above that. */
  readonly units: Uint32Array;
  /** The same of the second plane, once it was asked for; 0 before. */
  #far: Uint32Array | undefined;
  readonly #mask: StageMask;
  readonly #reading: Reading;
  readonly #between = new Map<string, StageMask>();

  /** `units`: what another thread has made of the same stages. */
  constructor(mask: StageMask, reading: Reading = 'plain', units?: Uint32Array) {
    this.#mask = mask;
    this.#reading = reading;
    this.units = units ?? this.#made();
  }

  #made(): Uint32Array {
    const traits = unitTraits();
    const units = new Uint32Array(65_536);
    for (let code = 0; code < 65_536; code++)
      units[code] =
        code >= 0xd800 && code <= 0xdfff
          ? ASK | ((SPECIAL | (traits[code] as number)) << TRAITS_SHIFT)
          : this.#unit(code, traits[code] as number);
    return units;
  }

  /** As an entry of `units`, of a code point outside the basic plane. */
  far(code: number): number {
    if (code >= 2 * FAR) return ASK | ((SPECIAL | farTraits(code)) << TRAITS_SHIFT);
    this.#far ??= new Uint32Array(FAR);
    const known = this.#far[code - FAR] as number;
    if (known !== 0) return known;
    const unit = this.#unit(code, farTraits(code));
    this.#far[code - FAR] = unit;
    return unit;
  }

  #unit(code: number, traits: number): number {
    const folded = this.point(code);
    const symbol = folded.length === 1 ? folded.charCodeAt(0) : ASK;
    const special = symbol >= SKIP_INVISIBLE && symbol <= ASK ? SPECIAL : 0;
    return symbol | ((special | traits) << TRAITS_SHIFT);
  }

  /** The symbols of a code point; a skipped one gives `SKIP_INVISIBLE` or `SKIP_FILLER` as a string. */
  point(code: number): string {
    const char = String.fromCodePoint(code);
    const folded = this.#fold(code, char);
    let symbols = '';
    let skipped = '';
    for (const one of folded) {
      const skip = this.#skip(one);
      if (skip) skipped = String.fromCharCode(skip);
      else symbols += one;
    }
    return symbols || skipped;
  }

  /** The forms a character goes through, the original first. */
  steps(char: string): Step[] {
    const mask = this.#mask;
    const { simple, confusable } = characters();
    const steps: Step[] = [{ bit: 0, form: char }];
    let form = char;
    const to = (bit: StageMask, next: string): void => {
      if ((mask & bit) === 0 || next === form || next === '') return;
      form = next;
      steps.push({ bit, form });
    };
    const code = char.codePointAt(0) ?? 0;
    if (!isStable(code)) {
      to(HALF_FULL.test(char) ? BIT.width : BIT.nfkc, char.normalize('NFKC'));
      const decimal = mask & BIT.numeral && code > 0x7f && form === char ? decimalOf(code) : undefined;
      if (decimal !== undefined) to(BIT.numeral, String(decimal));
      const cased = form;
      to(BIT.case, form.toLowerCase());
      if (DECOMPOSABLE.test(form)) to(BIT.invisible, form.normalize('NFD').replace(/\p{M}/gu, ''));
      to(BIT.traditional, simple.get(form) ?? form);
      if (mask & BIT.confusable) {
        const alike = enclosed(code) ?? confusable.get(cased) ?? confusable.get(form);
        if (alike !== undefined) to(BIT.confusable, alike);
      }
    } else to(BIT.traditional, simple.get(char) ?? char);
    if (this.#reading === 'number') {
      to(BIT.numeral, form.length === 1 ? (NUMERALS.get(form) ?? form) : numbersIn(form));
      to(BIT.contact, ADDS.includes(form) ? '加' : form);
    }
    if (this.#reading === 'leet') to(BIT.leet, LEET.get(form) ?? form);
    if (mask & BIT.confusable)
      to(
        BIT.confusable,
        form.length === 1
          ? (ASCII_ALIKE.get(form) ?? form)
          : form.replace(/[01i]/g, (c) => ASCII_ALIKE.get(c) ?? c),
      );
    return steps;
  }

  /** Stages by which `a` and `b` become the same; those of both where they never do. */
  between(a: string, b: string): StageMask {
    if (a === b) return 0;
    const key = `${a}\n${b}`;
    let mask = this.#between.get(key);
    if (mask === undefined) {
      mask = this.#compare(a, b);
      if (this.#between.size >= MAX_REMEMBERED) this.#between.clear();
      this.#between.set(key, mask);
    }
    return mask;
  }

  /** What a code point is skipped as: `SKIP_INVISIBLE`, `SKIP_FILLER`, or 0. */
  skipOf(code: number): number {
    const found = (code < FAR ? (this.units[code] as number) : this.far(code)) & SYMBOL;
    const symbol = found === ASK ? this.point(code).charCodeAt(0) : found;
    return symbol === SKIP_INVISIBLE || symbol === SKIP_FILLER ? symbol : 0;
  }

  #compare(a: string, b: string): StageMask {
    const left = this.steps(a);
    const right = this.steps(b);
    let best = 0;
    for (const { bit } of [...left, ...right]) best |= bit;
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < left.length; i++)
      for (let j = 0; j < right.length; j++) {
        if (left[i]?.form !== right[j]?.form || i + j >= fewest) continue;
        fewest = i + j;
        best = 0;
        for (const { bit } of left.slice(0, i + 1)) best |= bit;
        for (const { bit } of right.slice(0, j + 1)) best |= bit;
      }
    return best;
  }

  #fold(code: number, char: string): string {
    if (isStable(code) && this.#reading === 'plain') {
      const to = this.#mask & BIT.traditional ? characters().simple.get(char) : undefined;
      return to ?? char;
    }
    return (this.steps(char).at(-1) as Step).form;
  }

  #skip(char: string): number {
    if (
      this.#mask & BIT.invisible &&
      (INVISIBLE.test(char) || BLANKS.includes(char)) &&
      !/[\t\n\v\f\r]/.test(char)
    )
      return SKIP_INVISIBLE;
    if ((this.#mask & BIT.filler) === 0) return 0;
    if (this.#reading === 'number' && DOTS.includes(char)) return SKIP_FILLER;
    return FILLER.test(char) || STROKE_FILLERS.includes(char) ? SKIP_FILLER : 0;
  }
}

const folds = new Map<string, Fold>();

/** The fold of a set of stages, made once (about 20 ms). */
export function foldOf(mask: StageMask, reading: Reading = 'plain'): Fold {
  const key = `${mask}/${reading}`;
  let fold = folds.get(key);
  if (!fold) {
    fold = new Fold(mask, reading);
    folds.set(key, fold);
  }
  return fold;
}

/** Tables of all folds of these stages, for another thread to `takeFolds`: made once, 20 to 40 ms each. */
export function foldTables(mask: StageMask): Record<Reading, Uint32Array> {
  return {
    plain: foldOf(mask).units,
    number: foldOf(mask, 'number').units,
    leet: foldOf(mask, 'leet').units,
  };
}

/** What `foldTables` gave; copied where this thread has not made its own. */
export function takeFolds(mask: StageMask, tables: Readonly<Record<Reading, Uint32Array>>): void {
  for (const reading of ['plain', 'number', 'leet'] as const) {
    const key = `${mask}/${reading}`;
    if (!folds.has(key)) folds.set(key, new Fold(mask, reading, tables[reading].slice()));
  }
}

/** The digit a Chinese numeral stands for, or undefined. */
export const digitOf = (char: string): string | undefined => NUMERALS.get(char);
