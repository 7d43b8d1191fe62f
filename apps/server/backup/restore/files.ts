import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openStorage, type StorageAt } from '@weir/ledger/storage/storage.ts';
import { DUMP_NAME } from '../copy/copy.ts';
import { BackupFault, type BackupReader, type Entry } from '../store/index.ts';
import { IntoBucket } from './recordings.ts';

/** What may lie in a data directory that is empty otherwise. */
const MAY_BE_THERE = new Set(['weir.toml']);
/** Where files of a backup may go, below the data directory. */
const PLACES = /^(ledger|media|control|clock\.json$)/;
const SEALED = /^ledger\/(.+\/sealed\/.+)$/;
const RECORDING = /^media\/(.+)$/;

/** @throws Error naming what lies in the data directory: a restore never mixes with another store */
export async function mustBeEmpty(dataDir: string): Promise<void> {
  const there = (await readdir(dataDir).catch(() => [])).filter((name) => !MAY_BE_THERE.has(name));
  if (there.length > 0)
    throw new Error(
      `${dataDir} is not empty (${there.slice(0, 3).join(', ')}): a restore needs an empty directory, named by WEIR_DATA_DIR`,
    );
}

/** Takes away everything that a restore has written. */
export async function clear(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir).catch(() => []))
    if (!MAY_BE_THERE.has(name)) await rm(join(dataDir, name), { recursive: true, force: true });
}

/**
 * Writes every file of a backup below the data directory, sealed days and recordings to where the store keeps them; each
 * is checked as it comes.
 * What has had its term since, or while it lay in the backup, is passed over, recordings alone may. Gives how many those are.
 * @throws BackupFault naming the file that is damaged or missing; Problem bucket_unavailable
 */
export async function writeFiles(
  reader: BackupReader,
  options: {
    dataDir: string;
    kekPath: string;
    storage: StorageAt;
    /** Wall ms of this machine. */
    now: number;
    /** What had its term by then (wall ms of the store) is not written. */
    over: number;
    onEntry(entry: Entry): void;
  },
): Promise<{ expired: number }> {
  const { dataDir, kekPath, storage, now, over, onEntry } = options;
  const store = openStorage(storage);
  const bucket = storage.kind === 's3' ? new IntoBucket(dataDir, kekPath, storage, now) : undefined;
  let expired = 0;
  try {
    for await (const entry of reader.entries()) {
      onEntry(entry);
      if (entry.name === DUMP_NAME) continue;
      if (!PLACES.test(entry.name))
        throw new BackupFault('damaged', `${entry.name} belongs to no store of Weir`);
      const object = bucket && SEALED.exec(entry.name)?.[1];
      const recording = RECORDING.exec(entry.name)?.[1];
      if (object !== undefined) await store.put(object, await wholeOf(reader, entry));
      else if (recording === undefined) await writeFile(join(dataDir, entry.name), reader.read(entry));
      else if ((entry.expiresAt ?? over + 1) <= over) expired++;
      else if (!(await writeRecording(join(dataDir, entry.name), reader, entry))) expired++;
      else await bucket?.take(recording);
    }
    await bucket?.settle();
  } finally {
    await bucket?.close();
    store.close();
  }
  return { expired };
}

async function wholeOf(reader: BackupReader, entry: Entry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of reader.read(entry)) parts.push(part);
  return Buffer.concat(parts);
}

/** False where it had its term while it lay in the backup. */
async function writeRecording(path: string, reader: BackupReader, entry: Entry): Promise<boolean> {
  try {
    await writeFile(path, reader.read(entry));
    return true;
  } catch (why) {
    if (!(why instanceof BackupFault && why.code === 'expired')) throw why;
    await rm(path, { force: true });
    return false;
  }
}

async function writeFile(path: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Flushed when it is closed: a restore says done only of what is on the medium.
  await pipeline(Readable.from(pieces), createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
}
