import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import type { Authority } from '../timestamp/authority.ts';
import { isWhole, listStamps, STAMPS_FOLDER } from '../timestamp/files.ts';
import { imprintOf } from '../timestamp/request.ts';
import { openToken } from '../timestamp/token.ts';
import { type Checkpoint, checkpointText } from '../tree/checkpoint.ts';
import { rootFromTiles } from '../tree/proof.ts';
import { tilesOfTree } from '../tree/stored.ts';
import { Fault } from './fault.ts';

/** What the time-stamps of a log say: how many there are, and the one over the largest tree. */
export type StampCount = { stamps: number; stamped?: { size: number; at: number; by: string } };

/**
 * Checks every time-stamp of a log from its files: each must be over a tree that this one goes on from, under the
 * origin that the log had then (`originAt`, by size). Those count that `asked` vouches for, where somebody asks; all must hold under the certificates that the store names.
 * @throws Fault naming the first that does not hold
 */
export async function checkStamps(
  dir: string,
  { size }: Checkpoint,
  originAt: (size: number) => string,
  named: Authority | undefined,
  asked: Authority | undefined,
): Promise<StampCount> {
  const count: StampCount = { stamps: 0 };
  for (const file of await listStamps(dir)) {
    const path = `${STAMPS_FOLDER}/${file.name}`;
    // Stamped since the checkpoint was read.
    if (file.size > size) continue;
    const token = await readIfThere(join(dir, path));
    if (!token) throw new Fault(path, 'is gone');
    if (!isWhole(file, token)) throw new Fault(path, 'was altered');
    if (!named) throw new Fault(path, 'is there, and no certificate to check it');
    const root = await rootFromTiles(file.size, tilesOfTree(dir, size));
    const imprint = imprintOf(checkpointText({ origin: originAt(file.size), size: file.size, root }));
    try {
      const { at, by } = openToken(token, { imprint }, named);
      if (asked && !isVouched(token, imprint, asked)) continue;
      count.stamps++;
      if (file.size >= (count.stamped?.size ?? 0)) count.stamped = { size: file.size, at, by };
    } catch (why) {
      throw new Fault(path, (why as Error).message);
    }
  }
  return count;
}

function isVouched(token: Buffer, imprint: Buffer, authority: Authority): boolean {
  try {
    openToken(token, { imprint }, authority);
    return true;
  } catch {
    return false;
  }
}
