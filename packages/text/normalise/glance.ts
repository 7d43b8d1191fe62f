import { COUNTS } from '../kernel/kernel.ts';
import { enclosed } from './enclosed.ts';

/** What a character may be to the readings of a text, as bits. */
export const LETTER = 1;
export const DIGIT = 2;
export const NUMERAL = 4;
const SIGN = 8;
const GAP = 16;
const PLUS = 32;
/** The same to somebody who looks for numbers and addresses. */
const ACCOUNT_DIGIT = 64;
const ACCOUNT_LETTER = 128;
const DOT = 256;
/** What the name of a picture begins with: [doge]. */
const BRACKET = 512;

/** Digits and letters of the shortest account, and letters of the shortest address, which has a dot besides. */
const ACCOUNT = 5;
const LABEL = 2;

const PICTURE = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;
const ANYTHING = LETTER | DIGIT | ACCOUNT_DIGIT | ACCOUNT_LETTER;

let units: Uint16Array | undefined;

/** Traits of each UTF-16 unit. */
export function unitTraits(): Uint16Array {
  units ??= makeTraits();
  return units;
}

/** Traits of a code point outside the basic plane: letters and digits of other scripts, or a picture. */
export const farTraits = (code: number): number =>
  enclosed(code) === undefined && PICTURE.test(String.fromCodePoint(code)) ? 0 : ANYTHING;

/** What a text has that decides which readings are worth while: counted while it is read. */
export class Glance {
  gaps = 0;
  #any = 0;
  #numerals = 0;
  #accountSigns = 0;
  #accountLetters = 0;

  clear(): void {
    this.gaps = 0;
    this.#any = 0;
    this.#numerals = 0;
    this.#accountSigns = 0;
    this.#accountLetters = 0;
  }

  /** Takes what a kernel has counted. */
  take(counts: Uint32Array): void {
    this.#any = counts[COUNTS.any] as number;
    this.#numerals = counts[COUNTS.numerals] as number;
    this.gaps = counts[COUNTS.gaps] as number;
    this.#accountSigns = counts[COUNTS.signs] as number;
    this.#accountLetters = counts[COUNTS.letters] as number;
  }

  /** Takes the traits of a character. */
  note(traits: number): void {
    this.#any |= traits;
    if (traits & NUMERAL) this.#numerals++;
    if (traits & GAP) this.gaps++;
    if (traits & ACCOUNT_DIGIT) this.#accountSigns++;
    if (traits & ACCOUNT_LETTER) {
      this.#accountSigns++;
      this.#accountLetters++;
    }
  }

  get brackets(): boolean {
    return (this.#any & BRACKET) !== 0;
  }

  get letters(): boolean {
    return (this.#any & LETTER) !== 0;
  }

  /** Whether numerals or signs may be read as a number. */
  get numbers(): boolean {
    return (
      (this.#any & PLUS) !== 0 ||
      this.#numerals > 1 ||
      (this.#numerals > 0 && (this.#any & (DIGIT | LETTER)) !== 0)
    );
  }

  /** Whether digits or signs stand with letters that they may be read as. */
  get leet(): boolean {
    return this.letters && (this.#any & (DIGIT | SIGN)) !== 0;
  }

  /** Whether there is enough for a number or an address: most texts are done with this. */
  get contact(): boolean {
    return this.#accountSigns >= ACCOUNT || (this.#accountLetters >= LABEL && (this.#any & DOT) !== 0);
  }
}

function makeTraits(): Uint16Array {
  const traits = new Uint16Array(65_536);
  const set = (from: number, to: number, trait: number): void => {
    for (let code = from; code <= to; code++) traits[code] = (traits[code] as number) | trait;
  };
  const each = (chars: string, trait: number): void => {
    for (let i = 0; i < chars.length; i++) set(chars.charCodeAt(i), chars.charCodeAt(i), trait);
  };
  set(97, 122, LETTER);
  set(65, 90, LETTER);
  set(0xff21, 0xff5a, LETTER);
  set(0xc0, 0x24f, LETTER);
  set(0x370, 0x52f, LETTER);
  set(0x1e00, 0x1eff, LETTER);
  // Bopomofo.
  set(0x3105, 0x3129, LETTER);
  set(48, 57, DIGIT);
  set(0xff10, 0xff19, DIGIT);
  // Enclosed digits and superscripts.
  set(0x2460, 0x249b, DIGIT);
  set(0x2776, 0x2793, DIGIT);
  set(0x2070, 0x2089, DIGIT);
  each('[', BRACKET);
  // Halves of characters outside this plane.
  set(0xd800, 0xdbff, ANYTHING);
  each('〇零一壹弌二贰貳弍三叁叄參四肆五伍六陆陸七柒八捌九玖点點', NUMERAL);
  // Numerals in parentheses and circles.
  set(0x3220, 0x3229, NUMERAL);
  set(0x3280, 0x3289, NUMERAL);
  each('@$!+€£|', SIGN);
  each(' \n\r\t　，。！？；,.!?;、|/', GAP);
  each('+＋➕', PLUS);
  each('.．。｡·•∙⋅点點丶◦●․', DOT);
  for (let code = 0; code < 65_536; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const char = String.fromCharCode(code);
    if (/[\p{N}〇零一壹弌二贰貳弍两兩三叁叄參四肆五伍六陆陸七柒八捌九玖幺]/u.test(char))
      set(code, code, ACCOUNT_DIGIT);
    else if (/[\p{L}\u{24b6}-\u{24e9}]/u.test(char) && !/[\p{Script=Han}\p{Script=Hangul}]/u.test(char))
      set(code, code, ACCOUNT_LETTER);
  }
  return traits;
}
