import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entryOf, epochBlock, parseEntry } from '../block.ts';
import { readIfThere, realDisk, removeIfThere } from '../disk.ts';
import type { LogName } from '../record.ts';
import { Catalogue } from '../sealed/catalogue.ts';
import { openStorage, type StorageAt } from '../storage/storage.ts';
import { Frontier } from '../tree/frontier.ts';
import { dropAhead, frontierOf, lastEntry, readHead, writeHead } from '../tree/head.ts';
import { type LogEpoch, lostLeaves, namedCheckpoint } from '../tree/logEpoch.ts';
import { rootFromTiles } from '../tree/proof.ts';
import {
  CheckpointSigner,
  FORMER_FILE,
  isSimulatedOrigin,
  KEY_FILE,
  loadSigner,
  readFormer,
  VKEY_FILE,
} from '../tree/signer.ts';
import { tilesOfTree } from '../tree/stored.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { linesOf } from '../verify/lines.ts';

export type BeginOptions = {
  /** The ledger's directory, restored: segments, sealed days, tiles, `head`, `vkey`, and `checkpoint` where there was one. */
  dir: string;
  log: LogName;
  storage?: StorageAt;
  /** Wall ms of the restore, and of the backup's cut: what came after that may be lost. */
  at: number;
  since: number;
  /** Signed checkpoints of this log from elsewhere; the largest counts, if it is larger than the backup's own. */
  checkpoints?: readonly string[];
};

/**
 * Begins an epoch of a restored log: the tree gets a leaf that names the newest checkpoint known of the epoch before
 * and what is missing, and is signed by a new key under a new origin from there on. The key of the epoch before
 * signs nothing more, so that whoever followed it sees no fork but an end; who has its tree sees that this one begins
 * with the same leaves. Writes `signer`, `vkey`, `former`, `head`, tiles and `checkpoint`.
 * @throws Error where the restored tree is damaged, or a checkpoint is not of this log or knows another history
 */
export async function beginEpoch(options: BeginOptions): Promise<LogEpoch> {
  const { log, at, since, storage = { kind: 'directory', dir: options.dir } } = options;
  const dir = join(options.dir, log);
  const of = (await readFile(join(dir, VKEY_FILE), 'utf8')).trimEnd();
  const former = await readFormer(dir);
  const head = await readHead(dir);
  await dropAhead(dir, head?.size ?? 0);
  const frontier = head ? await frontierOf(dir, head) : new Frontier();
  const leaves = frontier.size;
  const own = (await readIfThere(join(dir, CHECKPOINT_FILE)))?.toString('utf8') ?? null;
  const checkpoint = newest(of, own, options.checkpoints ?? []);
  await removeIfThere(join(dir, CHECKPOINT_FILE));
  for (const { path, bytes } of frontier.partial())
    await realDisk.replace(join(dir, path), bytes, { sync: false });
  if (checkpoint !== null) {
    const { size, root } = namedCheckpoint(of, checkpoint);
    if (size > 0 && size <= leaves) {
      const there = await rootFromTiles(size, tilesOfTree(dir, leaves));
      if (!there.equals(root))
        throw new Error(`${log}: the backup has another tree than the checkpoint of size ${size}`);
    }
  }
  const record = head?.last ?? 0;
  const day = head ? parseEntry(await lastEntry(dir, head)).day : '';
  const after = { leaves, record, day: day === '' ? null : day };
  const epoch: LogEpoch = {
    epoch: former.length + 2,
    at: new Date(at).toISOString(),
    of,
    checkpoint,
    after,
    kept: await lastRecord(options.dir, log, storage),
    lost: { leaves: lostLeaves({ of, checkpoint, after }), since: new Date(since).toISOString() },
  };
  const full = frontier.add(entryOf(epochBlock(epoch)));
  for (const { path, bytes } of full) await realDisk.replace(join(dir, path), bytes, { sync: true });
  await writeHead(
    dir,
    {
      v: 1,
      size: frontier.size,
      last: record,
      root: frontier.root().toString('base64'),
      entries: frontier.entries.map((entry) => entry.toString('utf8')),
    },
    realDisk,
  );
  for (const { path, bytes } of frontier.partial())
    await realDisk.replace(join(dir, path), bytes, { sync: false });
  await realDisk.replace(join(dir, FORMER_FILE), [...former, of].map((line) => `${line}\n`).join(''), {
    sync: true,
  });
  await removeIfThere(join(dir, VKEY_FILE));
  await removeIfThere(join(dir, KEY_FILE));
  const signer = await loadSigner(dir, log, realDisk, isSimulatedOrigin(of));
  const note = new CheckpointSigner(signer, leaves).sign(frontier.size, frontier.root());
  await realDisk.replace(join(dir, CHECKPOINT_FILE), note, { sync: true });
  return epoch;
}

/** The largest of a log's own checkpoint and those brought along; of two of one size the log's own. */
function newest(of: string, own: string | null, brought: readonly string[]): string | null {
  let best = own;
  for (const note of brought) {
    const { size, root } = namedCheckpoint(of, note);
    const known = best === null ? undefined : namedCheckpoint(of, best);
    if (known?.size === size && !known.root.equals(root))
      throw new Error(`two checkpoints of size ${size} have different roots: the log was forked`);
    if (size > (known?.size ?? 0)) best = note;
  }
  return best;
}

/** The number of the last record of a log that nobody has open: in segments, sealed, or purged since; 0 without one. */
export async function lastRecord(
  store: string,
  log: LogName,
  storage: StorageAt = { kind: 'directory', dir: store },
): Promise<number> {
  const dir = join(store, log);
  const signed = (await readHead(dir))?.last ?? 0;
  let last = Math.max(signed, (await Catalogue.open(log, openStorage(storage))).last);
  for await (const { n } of linesOf(dir, last + 1)) last = Math.max(last, n);
  return last;
}
