import { contentOf } from '../across/utterance.ts';

/** Hash functions of a sketch, in bands of so many: texts that agree on a band are compared. */
const HASHES = 16;
const ROWS = 2;
const BANDS = HASHES / ROWS;
/** Letters and characters below which texts are alike by nature: greetings, cheers, laughter in chorus. */
const MIN_CONTENT = 8;
/** Of longer texts the beginning counts. */
const MAX_CONTENT = 200;

/**
 * A MinHash sketch (Broder 1997): the share of equal places estimates how many pairs of neighbours two texts share. Texts
 * with a band in common are worth comparing.
 */
export type Sketch = { hashes: Uint32Array; bands: Int32Array };

const SEEDS = Uint32Array.from({ length: HASHES }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);

/** The sketch of a text's letters, digits taken out: counters and timestamps make no other text. None of a short one. */
export function sketchOf(text: string): Sketch | undefined {
  const content = contentOf(text.normalize('NFKC').toLowerCase())
    .replace(/\p{N}/gu, '')
    .slice(0, MAX_CONTENT);
  if (content.length < MIN_CONTENT) return undefined;
  const hashes = new Uint32Array(HASHES).fill(0xffffffff);
  for (let i = 0; i + 1 < content.length; i++) {
    const pair = (content.charCodeAt(i) << 16) | content.charCodeAt(i + 1);
    for (let k = 0; k < HASHES; k++) {
      const hash = mix(pair ^ (SEEDS[k] as number));
      if (hash < (hashes[k] as number)) hashes[k] = hash;
    }
  }
  const bands = new Int32Array(BANDS);
  for (let b = 0; b < BANDS; b++)
    bands[b] = mix(mix((hashes[ROWS * b] as number) + b) ^ (hashes[ROWS * b + 1] as number));
  return { hashes, bands };
}

/** Estimated share of pairs of neighbours that two texts have in common, 0 to 1. */
export function likeness(a: Sketch, b: Sketch): number {
  let same = 0;
  for (let k = 0; k < HASHES; k++) if (a.hashes[k] === b.hashes[k]) same++;
  return same / HASHES;
}

/** The finaliser of MurmurHash3 (public domain): every bit of the input moves every bit of the outcome. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
