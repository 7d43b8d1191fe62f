import { characters } from '../data/characters.ts';
import { pairSlot, setBit } from '../matcher/trie.ts';
import { digitOf } from '../normalise/fold.ts';

const DIGITS = 10;
const FIRST_DIGIT = 48;
const NUMERALS = '〇零一壹弌二贰貳弐弍三叁叄四肆五伍六陆陸七柒八捌九玖';

export const isDigit = (code: number): boolean => code >= FIRST_DIGIT && code < FIRST_DIGIT + DIGITS;

/** A character that is left out where a text is read as a number. */
export const isDot = (code: number): boolean => code === 0x70b9 || code === 0x9ede;

let numerals: readonly (readonly number[])[] | undefined;

/** The Chinese numerals that a digit may stand for. */
export function numeralsOf(code: number): readonly number[] {
  numerals ??= Array.from({ length: DIGITS }, (_, digit) =>
    [...NUMERALS].filter((char) => digitOf(char) === String(digit)).map((char) => char.charCodeAt(0)),
  );
  return numerals[code - FIRST_DIGIT] as readonly number[];
}

const SPLIT_SHIFT = 13;
let splitPairs: Uint32Array | undefined;

/** Whether two neighbours may begin a character taken apart: sure where it says no. */
export function mayBeApart(a: number, b: number): boolean {
  if (!splitPairs) {
    splitPairs = new Uint32Array(2 ** (32 - SPLIT_SHIFT - 5));
    for (const parts of characters().splits.keys())
      setBit(splitPairs, pairSlot(parts.charCodeAt(0), parts.charCodeAt(1), SPLIT_SHIFT));
  }
  const slot = pairSlot(a, b, SPLIT_SHIFT);
  return ((splitPairs[slot >>> 5] as number) & (1 << (slot & 31))) !== 0;
}
