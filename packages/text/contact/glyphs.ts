import { characters } from '../data/characters.ts';
import { decimalOf } from '../normalise/decimal.ts';
import { enclosed } from '../normalise/enclosed.ts';
import { digitOf } from '../normalise/fold.ts';
import { BIT, type StageMask } from '../stage.ts';

/** What a character is to somebody who looks for numbers and addresses. */
export const DIGIT = 1;
export const LETTER = 2;
export const HAN = 3;
export const SPACE = 4;
/** Punctuation, symbols and emoji. */
export const SIGN = 5;
const SKIP = 6;

const START = 256;
const MAX_REMEMBERED = 4_096;
const INVISIBLE = /^[\p{M}\p{Cf}\p{Cc}\u3164\u115f\u1160\uffa0\u2800]$/u;
const BLANK = /^[\p{Z}\t\n\v\f\r]$/u;
const WORD = /^[\p{L}\p{N}]$/u;
/** Digits in circles that NFKC leaves alone: the first of each ten, from 1. */
const CIRCLED = [0x2776, 0x2780, 0x278a];
/** How digits are said so that nobody mistakes them. */
const SPOKEN: Readonly<Record<string, string>> = { 幺: '1', 两: '2' };

/** What a code point is: kind, the plain code it stands for, and the stages that takes. */
type Glyph = { kind: number; code: number; mask: StageMask };

const digit = (value: number, mask: StageMask): Glyph => ({ kind: DIGIT, code: 48 + value, mask });

function ascii(code: number): Glyph {
  if (code >= 48 && code <= 57) return digit(code - 48, 0);
  const lower = code | 0x20;
  if (lower >= 97 && lower <= 122) return { kind: LETTER, code: lower, mask: 0 };
  if (code === 32 || (code >= 9 && code <= 13)) return { kind: SPACE, code, mask: 0 };
  if (code < 32 || code === 127) return { kind: SKIP, code, mask: 0 };
  return { kind: SIGN, code, mask: 0 };
}

function beyond(code: number): Glyph {
  const char = String.fromCodePoint(code);
  if (INVISIBLE.test(char)) return { kind: SKIP, code, mask: BIT.invisible };
  if (BLANK.test(char)) return { kind: SPACE, code, mask: 0 };
  const stage = code >= 0xff00 && code <= 0xffef ? BIT.width : BIT.nfkc;
  const form = char.normalize('NFKC').toLowerCase();
  const inner = form.length > 1 ? form.replace(/[().]/g, '') : form;
  if (/^[\x21-\x7e]$/.test(inner)) return { ...ascii(inner.charCodeAt(0)), mask: stage };
  const circled = CIRCLED.find((first) => code >= first && code < first + 9);
  if (circled !== undefined) return digit(code - circled + 1, BIT.confusable);
  const decimal = decimalOf(code);
  if (decimal !== undefined) return digit(decimal, BIT.numeral);
  const { simple, confusable } = characters();
  const plain = simple.get(char) ?? char;
  const numeral = digitOf(plain) ?? SPOKEN[plain];
  if (numeral !== undefined) return digit(Number(numeral), BIT.numeral);
  const alike = enclosed(code) ?? confusable.get(char) ?? confusable.get(form);
  if (alike?.length === 1) return { ...ascii(alike.charCodeAt(0)), mask: BIT.confusable };
  if (WORD.test(char)) return { kind: HAN, code: plain.codePointAt(0) as number, mask: 0 };
  return { kind: SIGN, code, mask: 0 };
}

const known = new Map<number, Glyph>();
/** Glyphs of the basic plane once they were asked for; kind 0 before. */
const kinds = new Uint8Array(65_536);
const codes = new Uint16Array(65_536);
const masks = new Uint32Array(65_536);

function learn(code: number): void {
  const glyph = code < 128 ? ascii(code) : beyond(code);
  kinds[code] = glyph.kind;
  codes[code] = glyph.code;
  masks[code] = glyph.mask;
}

/** A glyph outside the basic plane. */
function glyphOf(code: number): Glyph {
  let glyph = known.get(code);
  if (!glyph) {
    glyph = beyond(code);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(code, glyph);
  }
  return glyph;
}

/** A table of the basic plane that has 1 for some characters: asked of every glyph of many texts. */
export function tableOf(chars: string): Uint8Array {
  const table = new Uint8Array(65_536);
  for (let i = 0; i < chars.length; i++) table[chars.charCodeAt(i)] = 1;
  return table;
}

/** A text as glyphs without what cannot be seen; one object serves text after text. */
export class Glyphs {
  length = 0;
  /** Digits and letters among them. */
  alphanumerics = 0;
  kind = new Uint8Array(START);
  /** Digits and letters as plain ASCII, Chinese characters simplified, anything else as it is. */
  code = new Uint32Array(START);
  mask = new Uint32Array(START);
  /** UTF-16 units; what cannot be seen belongs to the glyph before it. */
  start = new Uint32Array(START);
  end = new Uint32Array(START);

  read(text: string): this {
    if (this.kind.length < text.length) this.#grow(2 * text.length);
    let n = 0;
    this.alphanumerics = 0;
    for (let at = 0; at < text.length; ) {
      const point = text.codePointAt(at) as number;
      const to = at + (point > 0xffff ? 2 : 1);
      if (point > 0xffff) n = this.#add(n, glyphOf(point), at, to);
      else {
        if (kinds[point] === 0) learn(point);
        const kind = kinds[point] as number;
        // A sign over or behind a digit, as in a keycap, is part of it.
        if (kind !== SKIP) {
          if (kind <= LETTER) this.alphanumerics++;
          this.kind[n] = kind;
          this.code[n] = codes[point] as number;
          this.mask[n] = masks[point] as number;
          this.start[n] = at;
          this.end[n] = to;
          n++;
        } else if (n > 0) this.mask[n - 1] = (this.mask[n - 1] as number) | (masks[point] as number);
      }
      at = to;
    }
    this.length = n;
    return this;
  }

  #add(n: number, { kind, code, mask }: Glyph, start: number, end: number): number {
    if (kind === SKIP) {
      if (n > 0) this.mask[n - 1] = (this.mask[n - 1] as number) | mask;
      return n;
    }
    if (kind <= LETTER) this.alphanumerics++;
    this.kind[n] = kind;
    this.code[n] = code;
    this.mask[n] = mask;
    this.start[n] = start;
    this.end[n] = end;
    return n + 1;
  }

  /** Kind of a glyph, 0 beyond the text. */
  kindAt(i: number): number {
    return i >= 0 && i < this.length ? (this.kind[i] as number) : 0;
  }

  codeAt(i: number): number {
    return i >= 0 && i < this.length ? (this.code[i] as number) : 0;
  }

  isAlphanumeric(i: number): boolean {
    const kind = this.kindAt(i);
    return kind === DIGIT || kind === LETTER;
  }

  /** Whether two neighbours are a gap apart at most: spaces and signs. */
  isGap(i: number): boolean {
    const kind = this.kindAt(i);
    return kind === SPACE || kind === SIGN;
  }

  /** Glyphs `from` to before `to` as plain text. */
  plain(from: number, to: number): string {
    return String.fromCodePoint(...this.code.subarray(from, to));
  }

  stages(from: number, to: number): StageMask {
    let mask = 0;
    for (let i = from; i < to; i++) mask |= this.mask[i] as number;
    return mask;
  }

  #grow(size: number): void {
    this.kind = new Uint8Array(size);
    this.code = new Uint32Array(size);
    this.mask = new Uint32Array(size);
    this.start = new Uint32Array(size);
    this.end = new Uint32Array(size);
  }
}
