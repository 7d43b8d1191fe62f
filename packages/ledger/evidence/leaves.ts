import type { Block } from '../block.ts';
import { inclusionProof } from '../tree/proof.ts';
import { readHashes } from '../tree/stored.ts';
import { TILE_WIDTH, type Tile } from '../tree/tile.ts';
import { readEntries } from '../verify/tiles.ts';

/** A block with the number of its leaf. */
export type Leaf = { leaf: number; block: Block };

/** The leaves of a signed tree, found by record number without reading those before. */
export class Leaves {
  readonly #dir: string;
  readonly #size: number;
  /** Tiles above the lowest, which proofs of many records ask for again and again, and the bundle read last. */
  readonly #upper = new Map<string, Promise<Buffer[]>>();
  #last: { index: number; leaves: Leaf[] } | undefined;

  constructor(dir: string, size: number) {
    this.#dir = dir;
    this.#size = size;
  }

  /** Leaves in order from the one that has record `n`; nothing where no leaf has it yet. */
  async *from(n: number): AsyncGenerator<Leaf> {
    const bundles = Math.ceil(this.#size / TILE_WIDTH);
    let low = 0;
    let high = bundles - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (((await this.#bundle(middle))[0]?.block.first ?? 0) <= n) low = middle;
      else high = middle - 1;
    }
    for (let index = low; index < bundles; index++) {
      for (const leaf of await this.#bundle(index)) {
        const { first, count } = leaf.block;
        // The leaf that begins an epoch has no record.
        if (count > 0 && first + count > n) yield leaf;
      }
    }
  }

  /** The audit path of a leaf to the root of the tree. */
  async proof(leaf: number): Promise<string[]> {
    const path = await inclusionProof(leaf, this.#size, (tile) => this.#hashes(tile));
    return path.map((hash) => hash.toString('base64'));
  }

  #hashes(tile: Tile): Promise<Buffer[]> {
    if (tile.level === 0) return readHashes(this.#dir, tile);
    const key = `${tile.level}/${tile.index}/${tile.width}`;
    const hashes = this.#upper.get(key) ?? readHashes(this.#dir, tile);
    this.#upper.set(key, hashes);
    return hashes;
  }

  async #bundle(index: number): Promise<Leaf[]> {
    if (this.#last?.index === index) return this.#last.leaves;
    const tile: Tile = {
      level: 0,
      index,
      width: Math.min(TILE_WIDTH, this.#size - index * TILE_WIDTH),
    };
    const blocks = await readEntries(this.#dir, tile, await readHashes(this.#dir, tile));
    const leaves = blocks.map((block, i) => ({ leaf: index * TILE_WIDTH + i, block }));
    this.#last = { index, leaves };
    return leaves;
  }
}
