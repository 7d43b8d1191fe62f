import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier, type TreeFile } from './frontier.ts';
import { EMPTY_ROOT, leafHash, rootOf } from './hash.ts';
import {
  consistencyProof,
  inclusionProof,
  provesConsistency,
  provesInclusion,
  type ReadTile,
} from './proof.ts';
import { bundleOf, entriesOf, entriesPath, hashesOf, TILE_WIDTH, tilePath, tilesOf } from './tile.ts';

/** Leaves and roots that implementations of RFC 6962 test with. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const entry = (i: number): Buffer => Buffer.from(`entry ${i}`);

/** A tree of `size` leaves and every file it ever had. */
function grow(size: number): { files: Map<string, Buffer>; frontier: Frontier; read: ReadTile } {
  const files = new Map<string, Buffer>();
  const put = ({ path, bytes }: TreeFile): void => void files.set(path, bytes);
  const frontier = new Frontier();
  for (let i = 0; i < size; i++) frontier.add(entry(i)).forEach(put);
  frontier.partial().forEach(put);
  return { files, frontier, read: async (tile) => hashesOf(files.get(tilePath(tile)) as Buffer) };
}

describe('the tree', () => {
  it('has the roots of RFC 6962', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const frontier = new Frontier();
    expect(frontier.root()).toEqual(EMPTY_ROOT);
    for (const [i, leaf] of LEAVES.entries()) {
      frontier.add(Buffer.from(leaf, 'hex'));
      expect(frontier.root().toString('hex')).toBe(ROOTS[i]);
      const hashes = LEAVES.slice(0, i + 1).map((one) => leafHash(Buffer.from(one, 'hex')));
      expect(rootOf(hashes).toString('hex')).toBe(ROOTS[i]);
    }
  });

  it('names tiles as C2SP tlog-tiles does', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: TILE_WIDTH })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe('tile/2/000.p/1');
    expect(entriesPath({ index: 273, width: 112 })).toBe('tile/entries/273.p/112');
    const partial = [...tilesOf(70_000)].filter(({ width }) => width < TILE_WIDTH);
    expect(partial.map(({ level, width }) => [level, width])).toEqual([
      [0, 112],
      [1, 17],
      [2, 1],
    ]);
    expect([...tilesOf(70_000)].filter(({ level }) => level === 0)).toHaveLength(274);
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
  });

  it('writes every tile and bundle of its size, and no other', () => {
    const { files } = grow(70_000);
    for (const tile of tilesOf(70_000)) {
      expect(files.get(tilePath(tile))).toHaveLength(tile.width * 32);
      if (tile.level > 0) continue;
      const entries = Array.from({ length: tile.width }, (_, i) => entry(tile.index * TILE_WIDTH + i));
      expect(files.get(entriesPath(tile))).toEqual(bundleOf(entries));
    }
    expect(files.size).toBe([...tilesOf(70_000)].length + 274);
  });

  it('proves every leaf and every earlier size, and nothing else', async () => {
    const { frontier, read } = grow(700);
    const root = frontier.root();
    const roots = Array.from({ length: 701 }, (_, size) =>
      rootOf(Array.from({ length: size }, (_, i) => leafHash(entry(i)))),
    );
    expect(root).toEqual(roots[700]);
    await fc.assert(
      fc.asyncProperty(fc.nat(699), fc.integer({ min: 1, max: 700 }), fc.nat(), async (index, from, bit) => {
        const included = await inclusionProof(index, 700, read);
        const leaf = leafHash(entry(index));
        expect(provesInclusion(included, leaf, index, 700, root)).toBe(true);
        expect(provesInclusion(included, leaf, (index + 1) % 700, 700, root)).toBe(false);
        expect(provesInclusion(included.slice(1), leaf, index, 700, root)).toBe(false);
        expect(provesInclusion([...included, leaf], leaf, index, 700, root)).toBe(false);
        const proof = await consistencyProof(from, 700, read);
        const old = roots[from] as Buffer;
        expect(provesConsistency(proof, from, old, 700, root)).toBe(true);
        expect(provesConsistency([...proof, leaf], from, old, 700, root)).toBe(false);
        expect(provesConsistency(proof, from, roots[from - 1] as Buffer, 700, root)).toBe(false);
        for (const hashes of [included, proof]) {
          if (hashes.length === 0) continue;
          const bent = hashes.map((hash) => Buffer.from(hash));
          const one = bent[bit % bent.length] as Buffer;
          one[bit % 32] = (one[bit % 32] as number) ^ (1 << (bit % 8));
          expect(provesInclusion(bent, leaf, index, 700, root)).toBe(false);
          expect(provesConsistency(bent, from, old, 700, root)).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('takes no proof from size 0', async () => {
    const { frontier, read } = grow(3);
    await expect(consistencyProof(0, 3, read)).rejects.toThrow(/size 1/);
    expect(provesConsistency([], 0, EMPTY_ROOT, 3, frontier.root())).toBe(false);
  });

  it('reads no bundle that is cut short', () => {
    const bundle = bundleOf([entry(1), entry(2)]);
    expect(entriesOf(bundle)).toEqual([entry(1), entry(2)]);
    for (let length = 1; length < bundle.length; length++)
      if (length !== entry(1).length + 2) expect(() => entriesOf(bundle.subarray(0, length))).toThrow();
  });
});
