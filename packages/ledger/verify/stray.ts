import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { NEXT, readIfThere } from '../disk.ts';
import { BUCKET_FILE } from '../sealed/localRuns.ts';
import { isPartName } from '../sealed/names.ts';
import { isSegmentName } from '../segments.ts';
import { STAMPS_FOLDER, stampOf } from '../timestamp/files.ts';
import type { Frontier } from '../tree/frontier.ts';
import { HASH_BYTES } from '../tree/hash.ts';
import { HEAD_FILE } from '../tree/head.ts';
import { FORMER_FILE, KEY_FILE, VKEY_FILE } from '../tree/signer.ts';
import { entriesOf, entriesPath, TILE_WIDTH, tilePath } from '../tree/tile.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { Fault } from './fault.ts';

/** The last names the bucket whose runs lie here once more. */
const OWN = new Set([
  HEAD_FILE,
  KEY_FILE,
  VKEY_FILE,
  FORMER_FILE,
  CHECKPOINT_FILE,
  join('sealed', BUCKET_FILE),
]);

/** Every file below a log's folder, as paths in it. */
export async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
}

/**
 * Checks that files found in a log's folder are the log's, `sealed` among them. The head must have been read after they were listed: the
 * writer makes it durable before it writes a partial tile.
 * @throws Fault naming the first stray file
 */
export async function checkStray(
  dir: string,
  files: readonly string[],
  head: Frontier,
  sealed: ReadonlySet<string>,
): Promise<void> {
  const partial = new Map(head.partial().map(({ path, bytes }) => [stemOf(path), bytes]));
  for (const path of files) {
    if (OWN.has(path) || isSegmentName(path) || sealed.has(path)) continue;
    // What a crash left of a replacement that never took place.
    if (path.endsWith(NEXT) && /^(tile|sealed)\//.test(path)) continue;
    if (path.endsWith(NEXT) && OWN.has(path.slice(0, -NEXT.length))) continue;
    // A run is on its way: its objects come before its name.
    if (path.startsWith('sealed/') && isPartName(path)) continue;
    if (
      path.startsWith(`${STAMPS_FOLDER}/`) &&
      stampOf(path.slice(STAMPS_FOLDER.length + 1).replace(/\.next$/, ''))
    )
      continue;
    if (!path.startsWith('tile/')) throw new Fault(path, 'is no file of this log');
    const bytes = await readIfThere(join(dir, path));
    const whole = partial.get(stemOf(path)) ?? (await readIfThere(join(dir, stemOf(path))));
    // A partial tile may have been removed since, or be full by now.
    if (bytes && !(whole && isBeginning(path, bytes, whole, head.size)))
      throw new Fault(path, 'is not of the tree that was signed');
  }
}

const stemOf = (path: string): string => path.replace(/\.p\/\d+$/, '');

/** Whether these bytes are the named tile or bundle of a tree that has `whole` there, or had less of it. */
function isBeginning(path: string, bytes: Buffer, whole: Buffer, size: number): boolean {
  const found = /^tile\/(\d+|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path);
  if (!found) return false;
  const isBundle = found[1] === 'entries';
  const level = isBundle ? 0 : Number(found[1]);
  const index = Number((found[2] as string).replace(/[x/]/g, ''));
  const width = found[3] === undefined ? TILE_WIDTH : Number(found[3]);
  const named = isBundle ? entriesPath({ index, width }) : tilePath({ level, index, width });
  const there = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  if (named !== path || width < 1 || width > Math.min(TILE_WIDTH, there)) return false;
  const has = isBundle ? entriesOf(bytes).length : bytes.length / HASH_BYTES;
  return has === width && whole.subarray(0, bytes.length).equals(bytes);
}
