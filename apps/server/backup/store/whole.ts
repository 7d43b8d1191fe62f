import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Sealer } from '../age.ts';
import type { Catalogue } from './catalogue.ts';
import type { TargetDisk } from './disk.ts';
import { type Entry, type Head, listLine, type Part, sha256 } from './generation.ts';
import { HEAD, LIST, ROOT } from './layout.ts';

/** Bytes of the list that are made at once. */
const LIST_PIECE = 65_536;

/** What makes a generation whole, besides its objects: where its entries are, which objects it has, what anybody may know. */
export type Whole = {
  disk: TargetDisk;
  seal: Sealer;
  catalogue: Catalogue;
  /** The generation's folder, not under its name yet. */
  folder: string;
  generation: string;
  now: number;
  expiresAt: number;
  namingKey: Buffer;
  manifest: Part[];
  facts: unknown;
  /** Bytes that its objects added. */
  written: number;
};

/** Writes root, list and head, durable when it resolves but for the folder's name; gives the head. */
export async function writeWhole(whole: Whole): Promise<Head> {
  const { disk, catalogue, folder, generation, now: createdAt, expiresAt, manifest, facts } = whole;
  const namingKey = whole.namingKey.toString('base64');
  const text = JSON.stringify({ v: 2, generation, createdAt, expiresAt, namingKey, manifest, facts });
  const root = Buffer.concat(await whole.seal(Buffer.from(text)));
  await disk.write(join(folder, ROOT), [root]);
  const list = listOf(catalogue);
  await disk.write(join(folder, LIST), list.parts());
  const { entries, bytes } = catalogue.count();
  const head: Head = {
    v: 1,
    generation,
    createdAt,
    expiresAt,
    entries,
    bytes,
    written: whole.written + root.length,
    root: { bytes: root.length, sha256: sha256(root) },
    objects: list.facts(),
  };
  await disk.write(join(folder, HEAD), [Buffer.from(`${JSON.stringify(head)}\n`)]);
  await disk.syncFolder(folder);
  return head;
}

/** The manifest's lines. */
export function* manifestLines(entries: Iterable<Entry>): Generator<Buffer> {
  for (const entry of entries) yield Buffer.from(`${JSON.stringify(entry)}\n`);
}

/** The plain list, made a piece at a time; its facts are known when all of it was taken. */
function listOf(catalogue: Catalogue): { parts(): Generator<Buffer>; facts(): Head['objects'] } {
  const hash = createHash('sha256');
  let bytes = 0;
  let count = 0;
  return {
    *parts() {
      let text = '';
      for (const object of catalogue.objects()) {
        text += listLine(object);
        count++;
        if (text.length < LIST_PIECE) continue;
        yield take(text);
        text = '';
      }
      yield take(text);
    },
    facts: () => ({ bytes, sha256: hash.digest('hex'), count }),
  };
  function take(text: string): Buffer {
    const piece = Buffer.from(text);
    hash.update(piece);
    bytes += piece.length;
    return piece;
  }
}
