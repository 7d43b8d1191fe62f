import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { asFirst, asSecond, stirred } from '../matcher/hash.ts';
import { NATURAL_BITS, NATURAL_SHIFT } from './natural.ts';

/** The Chinese characters with readings and shapes: CJK Unified Ideographs and Extension A. */
export const FIRST = 0x3400;
export const LAST = 0x9fff;
/** Readings and classes of look-alikes kept of each. */
export const READINGS = 3;
export const CLASSES = 6;
/** Parts kept of each, the character itself among them, and what stands there for one that nobody uses. */
export const PARTS = 8;
export const UNUSED = 0xffff;

/** What is known about characters; `data/make.ts` says where from. */
export type Characters = {
  /** Traditional, regional and variant forms to simplified ones. */
  simple: ReadonlyMap<string, string>;
  /** What looks like ASCII to lower-case ASCII, 1 to 3 letters; kana and radicals that look like characters to these. */
  confusable: ReadonlyMap<string, string>;
  /** Toneless syllables, `ü` as `v`; a reading is an index here + 1. */
  syllables: readonly string[];
  /** `READINGS` per character from `FIRST`, the usual one first, 0 for none. */
  readings: Uint16Array;
  /** `CLASSES` per character from `FIRST`, 0 for none; two characters that share one look alike. */
  classes: Uint16Array;
  /** `PARTS` per character from `FIRST`, the largest first, 0 for none; `UNUSED` first for one not in daily use. */
  parts: Uint16Array;
  /** Sequences of 2 or 3 characters to those they may make up, the one in most use first. */
  splits: ReadonlyMap<string, string>;
  /** Characters that stand alone in any sentence. */
  functional: ReadonlySet<number>;
  /** Bitmap of pairs that stand side by side in words in daily use. */
  natural: Uint8Array;
};

let loaded: Characters | undefined;

const pairs = (text: string): [string, string][] =>
  text.split(' ').map((entry) => {
    const from = String.fromCodePoint(entry.codePointAt(0) as number);
    return [from, entry.slice(from.length)];
  });

function wholes(entries: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of entries) {
    const parts = entry.slice(0, -1);
    found.set(parts, (found.get(parts) ?? '') + entry.slice(-1));
  }
  return found;
}

/** Loads the data on first use (about 10 ms) and keeps it. */
export function characters(): Characters {
  if (loaded) return loaded;
  const body = brotliDecompressSync(readFileSync(new URL('characters.bin', import.meta.url)));
  const headEnd = 4 + body.readUInt32LE(0);
  const head = JSON.parse(body.toString('utf8', 4, headEnd)) as {
    texts: Record<'simple' | 'confusable' | 'syllables' | 'split' | 'functional', string>;
    readings: number;
    classes: number;
    parts: number;
  };
  // Copied, so that each array is aligned.
  const slice = (from: number, bytes: number): ArrayBuffer =>
    Uint8Array.from(body.subarray(from, from + bytes)).buffer;
  const { texts } = head;
  const readingsEnd = headEnd + head.readings;
  const classesEnd = readingsEnd + head.classes;
  const partsEnd = classesEnd + head.parts;
  loaded = {
    simple: new Map(pairs(texts.simple)),
    confusable: new Map(pairs(texts.confusable)),
    syllables: texts.syllables.split(' '),
    readings: new Uint16Array(slice(headEnd, head.readings)),
    classes: new Uint16Array(slice(readingsEnd, head.classes)),
    parts: new Uint16Array(slice(classesEnd, head.parts)),
    splits: wholes(texts.split.split(' ')),
    functional: new Set([...texts.functional].map((char) => char.charCodeAt(0))),
    natural: new Uint8Array(slice(partsEnd, 2 ** NATURAL_BITS / 8)),
  };
  return loaded;
}

/** Whether two characters (UTF-16 units, simplified) stand side by side in a word in daily use. */
export const isNaturalPair = (bitmap: Uint8Array, a: number, b: number): boolean =>
  naturalBit(bitmap, asFirst(a) ^ asSecond(b)) !== 0;

/** The same as 1 or 0 by the hash of the two; without a branch, as either is as likely. */
export function naturalBit(bitmap: Uint8Array, hash: number): number {
  const first = hash >>> NATURAL_SHIFT;
  const second = stirred(hash) >>> NATURAL_SHIFT;
  return (
    ((bitmap[first >>> 3] as number) >>> (first & 7)) &
    ((bitmap[second >>> 3] as number) >>> (second & 7)) &
    1
  );
}

const NO_CLASSES = new Uint16Array(CLASSES);

/** Classes of look-alikes of a UTF-16 unit, 0 where there are no more. */
export function classesOf(code: number): Uint16Array {
  if (code < FIRST || code > LAST) return NO_CLASSES;
  return characters().classes.subarray((code - FIRST) * CLASSES, (code - FIRST + 1) * CLASSES);
}
