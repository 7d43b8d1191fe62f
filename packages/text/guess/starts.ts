import { addTo, type Filter, filterFor, hashOfPair } from '../matcher/filter.ts';
import { childOf, type Trie } from '../matcher/trie.ts';
import { beginsOf, initialsOf } from './begins.ts';
import type { Lists } from './lists.ts';
import { PairBuilder } from './pairs.ts';
import { isCrowded } from './path.ts';
import { sounds } from './sound.ts';
import { ThreeBuilder, type Threes } from './threes.ts';

/** A term ends with a start; terms go on behind it. */
export const ENDS = 1;
export const GOES_ON = 2;

/**
 * Up to so many starts of two and of three characters a lexicon is searched for terms of which every character was
 * exchanged. In a larger one chance alone makes such hits: 400 sounds make 160,000 pairs, and people use few of them.
 */
const MAX_BLIND_TWO = 300;
const MAX_BLIND_THREE = 2_000;

/** The first two or three characters that terms begin with, by what a disguise leaves of them. */
export type Starts = {
  /** Three characters of each start, the third 0 in terms of two. */
  chars: Uint16Array;
  /** Node of the terms by sound that a start leads to, and `ENDS` and `GOES_ON`. */
  node: Uint32Array;
  flags: Uint8Array;
  three: Threes;
  two: Lists;
  /** Bitmap of the two sounds that terms begin with, see `begins.ts`. */
  begins: Uint32Array;
  /** First characters with the initials behind them. */
  initials: Filter;
  /** The pairs that keys of two symbols are, by `hashOfPair`. */
  twos: Filter;
  anyTwo: boolean;
  /** Whether terms are searched for with every character exchanged. */
  blindTwo: boolean;
  blindThree: boolean;
  /** Whether terms of two are looked for in the shortest texts alone, see `path.ts`. */
  crowdedTwo: boolean;
};

/**
 * Makes the starts of terms: `plains` are keys as symbols, `heards` the same by sound, `heard` the trie of these,
 * `crowd` how many there are by length; `plain` is the trie of all keys, also of those that are not guessed at.
 */
export function buildStarts(
  plains: readonly string[],
  heards: readonly string[],
  heard: Trie,
  crowd: Uint32Array,
  plain: Trie,
): Starts {
  const starts = new Set<string>();
  for (const plain of plains) {
    const start = plain.slice(0, 3);
    if (isSpoken(start)) starts.add(start);
  }
  let two = 0;
  for (const start of starts) if (start.length === 2) two++;
  const blindTwo = two <= MAX_BLIND_TWO;
  const blindThree = starts.size - two <= MAX_BLIND_THREE;
  const chars = new Uint16Array(3 * starts.size);
  const node = new Uint32Array(starts.size);
  const flags = new Uint8Array(starts.size);
  const threes = new ThreeBuilder(blindThree);
  const pairs = new PairBuilder(blindTwo);
  let id = 0;
  for (const start of starts) {
    const at = nodeOf(heard, start);
    for (let i = 0; i < start.length; i++) chars[3 * id + i] = start.charCodeAt(i);
    node[id] = at;
    const goesOn = (heard.children[at + 1] as number) > (heard.children[at] as number);
    flags[id] = ((heard.group[at] as number) > 0 ? ENDS : 0) | (goesOn ? GOES_ON : 0);
    if (start.length === 2) pairs.add(start, id);
    else threes.add(start, id);
    id++;
  }
  for (const each of heards) {
    pairs.addInitials(each);
    threes.addMixed(each);
  }
  const twos = markKeys(plain, threes);
  return {
    chars,
    node,
    flags,
    three: threes.build(),
    two: pairs.build(),
    begins: beginsOf(heards),
    initials: initialsOf(plains, heards),
    twos,
    anyTwo: two > 0,
    blindTwo,
    blindThree,
    crowdedTwo: isCrowded(crowd, 2),
  };
}

/** Marks the first and third symbol of each key, and gives the pairs that keys of two are. */
function markKeys({ children, symbol, group }: Trie, threes: ThreeBuilder): Filter {
  const pairs: number[] = [];
  for (let one = children[0] as number; one < (children[1] as number); one++)
    for (let two = children[one] as number; two < (children[one + 1] as number); two++) {
      if (group[two] !== 0) pairs.push(hashOfPair(symbol[one] as number, symbol[two] as number));
      for (let three = children[two] as number; three < (children[two + 1] as number); three++)
        threes.addApart(symbol[one] as number, symbol[three] as number);
    }
  const filter = filterFor(pairs.length);
  for (const pair of pairs) addTo(filter, pair);
  return filter;
}

function isSpoken(start: string): boolean {
  const { usual } = sounds();
  for (let i = 0; i < start.length; i++) if (usual[start.charCodeAt(i)] === 0) return false;
  return true;
}

function nodeOf(heard: Trie, start: string): number {
  const { usual } = sounds();
  let at = 0;
  for (let i = 0; i < start.length; i++) {
    const sound = usual[start.charCodeAt(i)] as number;
    at = i === 0 ? (heard.first[sound] as number) : childOf(heard, at, sound);
  }
  return at;
}
