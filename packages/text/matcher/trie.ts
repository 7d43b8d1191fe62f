import { addTo, type Filter, filterFor, hashOfPair } from './filter.ts';

/**
 * Many keys in flat arrays. A node's children stand side by side in order of their symbols; node 0 is the root. The
 * arrays pass between threads as they are.
 */
export type Trie = {
  /** Symbol that leads to a node. */
  symbol: Uint16Array;
  /** First child of a node; its last is before the next node's first. */
  children: Uint32Array;
  /** 1 + group of the keys that end at a node, or 0. */
  group: Uint32Array;
  /** First member of each group in `members`, one more at the end. */
  groupStart: Uint32Array;
  /** Indices of keys, group by group. */
  members: Uint32Array;
  /** Node behind each possible first symbol, 0 for none. */
  first: Uint32Array;
  /** The pairs of symbols that keys begin with, by `hashOfPair`: most texts are done after one look at each pair. */
  pairs: Filter;
  /** Whether any key has one symbol alone. */
  hasSingles: boolean;
  /** Symbols in the longest key. */
  longest: number;
};

/** Slot of a pair of symbols in a bitmap of `2 ** (32 - shift)` bits. */
export const pairSlot = (a: number, b: number, shift: number): number =>
  (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> shift;

export function setBit(bitmap: Uint32Array, slot: number): void {
  bitmap[slot >>> 5] = (bitmap[slot >>> 5] as number) | (1 << (slot & 31));
}

/** Builds a trie; keys may repeat, an empty one is never found. The time is that of sorting the keys. */
export function buildTrie(keys: readonly string[]): Trie {
  const order = sorted(keys);
  let total = 1;
  let longest = 0;
  for (const key of keys) {
    total += key.length;
    if (key.length > longest) longest = key.length;
  }
  const symbol = new Uint16Array(total);
  const children = new Uint32Array(total + 1);
  const group = new Uint32Array(total);
  const low = new Uint32Array(total);
  const high = new Uint32Array(total);
  const groupStart: number[] = [];
  const members = new Uint32Array(order.length);
  let membersEnd = 0;
  high[0] = order.length;
  let nodes = 1;
  let levelEnd = 1;
  let pairsSeen = 0;
  for (let node = 0, depth = 0; node < nodes; node++) {
    if (node === levelEnd) {
      depth++;
      levelEnd = nodes;
    }
    children[node] = nodes;
    let at = low[node] as number;
    const end = high[node] as number;
    if (at < end && keyAt(keys, order, at).length === depth) {
      const start = membersEnd;
      while (at < end && keyAt(keys, order, at).length === depth)
        members[membersEnd++] = order[at++] as number;
      if (depth > 0) group[node] = groupStart.push(start);
    }
    while (at < end) {
      const next = keyAt(keys, order, at).charCodeAt(depth);
      low[nodes] = at;
      at = endOf(keys, order, at, end, depth, next);
      high[nodes] = at;
      symbol[nodes++] = next;
      if (depth === 1) pairsSeen++;
    }
  }
  children[nodes] = nodes;
  groupStart.push(membersEnd);
  const trie: Trie = {
    symbol: symbol.slice(0, nodes),
    children: children.slice(0, nodes + 1),
    group: group.slice(0, nodes),
    groupStart: Uint32Array.from(groupStart),
    members,
    first: new Uint32Array(65_536),
    pairs: filterFor(pairsSeen),
    hasSingles: false,
    longest,
  };
  index(trie);
  return trie;
}

/** Node that `symbol` leads to from `node`, or 0. */
export function childOf(trie: Trie, node: number, symbol: number): number {
  const { symbol: symbols, children } = trie;
  let low = children[node] as number;
  let high = children[node + 1] as number;
  while (high - low > 4) {
    const middle = (low + high) >>> 1;
    if ((symbols[middle] as number) <= symbol) low = middle;
    else high = middle;
  }
  for (; low < high; low++) if (symbols[low] === symbol) return low;
  return 0;
}

/** First child of `node` that `symbol` or one behind it leads to; the end of its children where there is none. */
export function childFrom({ symbol: symbols, children }: Trie, node: number, symbol: number): number {
  let low = children[node] as number;
  let high = children[node + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((symbols[middle] as number) < symbol) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bytes that a trie's arrays take. */
export function trieBytes(trie: Trie): number {
  return Object.values(trie).reduce<number>(
    (sum, part) => sum + (typeof part === 'object' ? part.byteLength : 0),
    0,
  );
}

function index(trie: Trie): void {
  const { children, symbol, first, pairs, group } = trie;
  for (let one = children[0] as number; one < (children[1] as number); one++) {
    const a = symbol[one] as number;
    first[a] = one;
    if (group[one] !== 0) trie.hasSingles = true;
    for (let two = children[one] as number; two < (children[one + 1] as number); two++)
      addTo(pairs, hashOfPair(a, symbol[two] as number));
  }
}

const keyAt = (keys: readonly string[], order: Uint32Array, at: number): string =>
  keys[order[at] as number] as string;

/** End of the stretch of keys that go on with `symbol`: doubling steps, then halving. */
function endOf(
  keys: readonly string[],
  order: Uint32Array,
  from: number,
  end: number,
  depth: number,
  symbol: number,
): number {
  let same = from;
  let step = 1;
  while (same + step < end && keyAt(keys, order, same + step).charCodeAt(depth) === symbol) {
    same += step;
    step *= 2;
  }
  let low = same + 1;
  let high = Math.min(end, same + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(keys, order, middle).charCodeAt(depth) === symbol) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices of keys in order of their UTF-16 units: by the first three as one number, the rest by comparison. */
function sorted(keys: readonly string[]): Uint32Array {
  const heads = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const unit = (at: number): number => (at < key.length ? key.charCodeAt(at) + 1 : 0);
    // 17 bits each: exact in a double.
    heads[i] = (unit(0) * 131_072 + unit(1)) * 131_072 + unit(2);
  }
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => {
    const by = (heads[a] as number) - (heads[b] as number);
    if (by !== 0) return by;
    const left = keys[a] as string;
    const right = keys[b] as string;
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}
