import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { readHeadNote } from '../evidence/prove.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { inclusionProof } from '../tree/proof.ts';
import { readHashes } from '../tree/stored.ts';
import { TILE_WIDTH, type Tile } from '../tree/tile.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { readEntries } from '../verify/tiles.ts';
import type { Leaf } from './keptBlock.ts';

/** What a log's folder says of its tree: the signed note, its checkpoint, and the line it verifies by. */
export type Signed = { vkey: string; note: string; checkpoint: Checkpoint };

/** The latest checkpoint of a log's folder; undefined where nothing was signed yet. @throws Error where it does not hold */
export async function readSigned(dir: string): Promise<Signed | undefined> {
  return (await readIfThere(join(dir, CHECKPOINT_FILE))) ? readHeadNote(dir) : undefined;
}

/** The leaves of a signed tree, found by record number without reading those before. */
export class Leaves {
  readonly #dir: string;
  readonly #size: number;

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
      for (const leaf of await this.#bundle(index)) if (leaf.block.first + leaf.block.count > n) yield leaf;
    }
  }

  /** The audit path of a leaf to the root of the tree. */
  async proof(leaf: number): Promise<string[]> {
    const path = await inclusionProof(leaf, this.#size, (tile) => readHashes(this.#dir, tile));
    return path.map((hash) => hash.toString('base64'));
  }

  async #bundle(index: number): Promise<Leaf[]> {
    const tile: Tile = {
      level: 0,
      index,
      width: Math.min(TILE_WIDTH, this.#size - index * TILE_WIDTH),
    };
    const blocks = await readEntries(this.#dir, tile, await readHashes(this.#dir, tile));
    return blocks.map((block, i) => ({ leaf: index * TILE_WIDTH + i, block }));
  }
}
