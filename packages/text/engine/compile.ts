import { nearOf } from '../guess/near.ts';
import { crowdOf, emptyCrowd } from '../guess/path.ts';
import { sounds } from '../guess/sound.ts';
import { buildStarts, type Starts } from '../guess/starts.ts';
import { MAX_GUESSED } from '../guess/walker.ts';
import { type TermTable, tableOf } from '../lexicon/table.ts';
import { assertBounded, type Lexicon } from '../lexicon/term.ts';
import type { Filter } from '../matcher/filter.ts';
import { buildTrie, type Trie } from '../matcher/trie.ts';
import { digitOf, foldOf } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { ALL_STAGES, BIT, type StageMask } from '../stage.ts';

/** Keys by sound of one term whose characters have several readings. */
const MAX_HEARD = 4;

/** A lexicon ready to be searched, in arrays that pass between threads. */
export type Compiled = {
  version: string;
  /** Stages that are switched on. */
  mask: StageMask;
  terms: TermTable;
  /** Keys are deny terms as symbols; `entry` says whose, with the top bit where the key is the term read as a number. */
  plain: Trie;
  entry: Uint32Array;
  /** The same of allow terms, which are looked for on their own; `allowTerm` says whose each key is. */
  allow: Trie | undefined;
  allowTerm: Uint32Array;
  /** Whether any term has digits, so that numerals are worth reading as such. */
  hasNumbers: boolean;
  /** Whether any term has letters, for leetspeak and initials. */
  hasLetters: boolean;
  /** Keys are terms by sound. */
  heard: Trie | undefined;
  heardTerm: Uint32Array;
  starts: Starts | undefined;
  /** Neighbours that terms have, see `guess/near.ts`. */
  near: Filter | undefined;
  /** Terms that are guessed at, by length. */
  crowd: Uint32Array;
  /** Milliseconds the compilation took, and bytes of all arrays. */
  buildMs: number;
  bytes: number;
  /** Set when its memory is given back: what the arrays hold then is another lexicon. */
  released?: true;
};

/** @throws Error where the memory of a lexicon was given back */
export function assertHeld({ released }: Compiled): void {
  if (released) throw new Error('The memory of this lexicon was given back');
}

export const NUMBER_KEY = 0x80000000;

const GUESSES = BIT.lookalike | BIT.homophone | BIT.pinyin | BIT.initial | BIT.split;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * Compiles a lexicon for a set of stages. Takes about 0.5 s for 100,000 terms: on a thread that serves,
 * `buildInBackground`.
 * @throws LexiconError where the lexicon is beyond a bound
 */
export function compile(lexicon: Lexicon, mask: StageMask = ALL_STAGES): Compiled {
  const began = performance.now();
  assertBounded(lexicon.terms);
  const collapse = (mask & BIT.repeat) !== 0;
  const plainView = new View(foldOf(mask), collapse);
  const numberView = mask & BIT.numeral ? new View(foldOf(mask, 'number'), collapse) : undefined;
  const keys: string[] = [];
  const entry: number[] = [];
  const allowKeys: string[] = [];
  const allowTerm: number[] = [];
  const heard: string[] = [];
  const heardPlain: string[] = [];
  const heardTerm: number[] = [];
  const crowd = emptyCrowd();
  let hasNumbers = false;
  let hasLetters = false;
  const guess = (mask & GUESSES) !== 0;
  lexicon.terms.forEach(({ term, kind, stages }, i) => {
    plainView.read(term);
    // A term of nothing but fillers is found as it stands or not at all.
    const key = plainView.length > 0 ? symbolsOf(plainView) : term;
    if (kind === 'allow') {
      allowKeys.push(key);
      allowTerm.push(i);
      return;
    }
    keys.push(key);
    entry.push(i);
    hasLetters ||= /[a-z]/i.test(term);
    hasNumbers ||= term.includes('加');
    if (numberView && numerals(term) > 0) {
      hasNumbers = true;
      const number = symbolsOf(numberView.read(term));
      if (number !== key && number !== '' && numerals(term) > 1) {
        keys.push(number);
        entry.push((i | NUMBER_KEY) >>> 0);
      }
    }
    if (!guess || key.length < 2 || key.length > MAX_GUESSED) return;
    if (stages !== undefined && (stages & GUESSES) === 0) return;
    const length = crowdOf(key.length);
    crowd[length] = (crowd[length] as number) + 1;
    for (const sound of heardKeys(key)) {
      heard.push(sound);
      heardPlain.push(key);
      heardTerm.push(i);
    }
  });
  const plain = buildTrie(keys);
  const heardTrie = heard.length > 0 ? buildTrie(heard) : undefined;
  const starts = heardTrie && buildStarts(heardPlain, heard, heardTrie, crowd, plain);
  const terms = tableOf(lexicon.terms);
  const arrays = {
    version: lexicon.version,
    mask,
    terms,
    plain,
    entry: Uint32Array.from(entry),
    allow: allowKeys.length > 0 ? buildTrie(allowKeys) : undefined,
    allowTerm: Uint32Array.from(allowTerm),
    hasNumbers,
    hasLetters,
    heard: heardTrie,
    heardTerm: Uint32Array.from(heardTerm),
    starts,
    near: starts && nearOf(plain, starts.chars),
    crowd,
  };
  return { ...arrays, buildMs: performance.now() - began, bytes: bytesIn(arrays) };
}

function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesIn(part), 0);
}

/** The symbols of a view as a string. */
export function symbolsOf({ symbol, length }: View): string {
  return String.fromCharCode(...symbol.subarray(0, length));
}

/** Digits and Chinese numerals that a term has. */
function numerals(term: string): number {
  let count = 0;
  for (let i = 0; i < term.length; i++)
    if (isDigit(term.charCodeAt(i)) || digitOf(term.charAt(i)) !== undefined) count++;
  return count;
}

/** A key by sound, once for each way to read its characters; none where it has no Chinese character. */
function heardKeys(key: string): string[] {
  const { usual, second } = sounds();
  const codes: number[] = [];
  const doubtful: number[] = [];
  let spoken = false;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    const sound = usual[code] as number;
    if (sound !== 0) spoken = true;
    if (second[code] !== 0) doubtful.push(i);
    codes.push(sound || code);
  }
  if (!spoken) return [];
  const found = [String.fromCharCode(...codes)];
  for (const i of doubtful)
    for (const other of [...found]) {
      if (found.length >= MAX_HEARD) break;
      found.push(
        other.slice(0, i) + String.fromCharCode(second[key.charCodeAt(i)] as number) + other.slice(i + 1),
      );
    }
  return found;
}
