import { leafHash, nodeHash, rootOf } from './hash.ts';
import { bundleOf, entriesPath, TILE_WIDTH, tilePath } from './tile.ts';

/** A file of the tree: path under the log's folder, and its bytes. */
export type TreeFile = { path: string; bytes: Buffer };

/** Hashes with the sizes of the full subtrees they stand for, left to right. */
function peaksOf(hashes: readonly Buffer[]): Buffer[] {
  const peaks: Buffer[] = [];
  for (let from = 0; from < hashes.length; ) {
    let count = 1;
    while (count * 2 <= hashes.length - from) count *= 2;
    peaks.push(rootOf(hashes.slice(from, from + count)));
    from += count;
  }
  return peaks;
}

/** The right edge of a tree: the last, partial tile of each level and the entries under the lowest one. */
export class Frontier {
  #size: number;
  readonly #levels: Buffer[][];
  #entries: Buffer[];

  /** Goes on from a tree of `size` leaves, given the hashes of its partial tiles, lowest level first, and entries. */
  constructor(size = 0, levels: Buffer[][] = [], entries: Buffer[] = []) {
    this.#size = size;
    this.#levels = levels;
    this.#entries = entries;
  }

  get size(): number {
    return this.#size;
  }

  /** Entries of the partial bundle. */
  get entries(): readonly Buffer[] {
    return this.#entries;
  }

  /** Adds a leaf; gives the tiles and the bundle that are full with it. */
  add(entry: Buffer): TreeFile[] {
    const files: TreeFile[] = [];
    this.#entries.push(entry);
    let hash = leafHash(entry);
    for (let level = 0, count = ++this.#size; ; level++, count /= TILE_WIDTH) {
      const hashes = this.#levels[level] ?? [];
      this.#levels[level] = hashes;
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) break;
      const tile = { level, index: count / TILE_WIDTH - 1, width: TILE_WIDTH };
      files.push({ path: tilePath(tile), bytes: Buffer.concat(hashes) });
      if (level === 0) {
        files.push({ path: entriesPath(tile), bytes: bundleOf(this.#entries) });
        this.#entries = [];
      }
      hash = rootOf(hashes);
      this.#levels[level] = [];
    }
    return files;
  }

  /** The partial tiles and the partial bundle. */
  partial(): TreeFile[] {
    const files: TreeFile[] = [];
    for (const [level, hashes] of this.#levels.entries()) {
      if (hashes.length === 0) continue;
      const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1));
      const tile = { level, index, width: hashes.length };
      files.push({ path: tilePath(tile), bytes: Buffer.concat(hashes) });
      if (level === 0) files.push({ path: entriesPath(tile), bytes: bundleOf(this.#entries) });
    }
    return files;
  }

  /** The root over every leaf (RFC 6962, section 2.1). */
  root(): Buffer {
    const peaks = this.#levels.toReversed().flatMap(peaksOf);
    const last = peaks.pop();
    return last === undefined ? rootOf([]) : peaks.reduceRight((right, left) => nodeHash(left, right), last);
  }
}
