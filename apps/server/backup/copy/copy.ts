import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { LOGS } from '@weir/ledger';
import { openStorage, type Storage, type StorageAt } from '@weir/ledger/storage/storage.ts';
import pg from 'pg';
import type { Progress } from '../../control/backup/backups.ts';
import type { CutFacts, CutFile } from '../../control/backup/cut.ts';
import { dump } from '../postgres/dump.ts';
import { type BackupWriter, createBackup, type Head, prune } from '../store/index.ts';
import { untilAborted } from './abortable.ts';
import { putMedia } from './media.ts';

const DAY_MS = 86_400_000;
/** As large as the pieces of a backup: one is taken over as it is. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Where the dump of the database lies in a backup. */
export const DUMP_NAME = 'postgres/dump';
/** Names of sealed days in a backup, wherever the store keeps them. */
const LEDGER = 'ledger/';

/** What a backup's manifest says of it, encrypted. */
export type BackupFacts = { v: 1; cut: CutFacts; media: boolean };

export type CopyOptions = {
  dataDir: string;
  /** Where the key-encryption key lies, where not under `dataDir`. */
  kekFile?: string | undefined;
  to: string;
  /** Whether it may begin anew where backups of this store lay before. */
  create: boolean;
  recipients: string[];
  facts: CutFacts;
  files: CutFile[];
  /** JSON lines of recordings with their end; undefined leaves media out. */
  recordings: string | undefined;
  /** A connection to PostgreSQL, and the snapshot to join; without one it begins its own. */
  connection: pg.ClientConfig;
  snapshot?: string | undefined;
  storage: StorageAt;
  /** Days that the backup is good for; then it is pruned. */
  days: number;
  /** Writes the key part, before the generation counts. */
  writeKeys(): Promise<void>;
  onProgress(progress: Progress): void;
  signal: AbortSignal;
};

/**
 * Copies a cut into a target, encrypted; what is as in the generation before is not read again. A generation counts
 * when it is whole. What was purged while it was copied is left out. Prunes what has had its time.
 * @throws BackupFault; Error where the signal was given, nothing of it stays then
 */
export async function copyCut(options: CopyOptions): Promise<Head> {
  const { dataDir, to, create, recipients, facts, days, signal, onProgress } = options;
  const writer = await createBackup({
    dir: to,
    create,
    local: join(dataDir, 'backup'),
    recipients,
    now: facts.at,
    signal,
  });
  try {
    onProgress({ phase: 'database', done: 0, of: 0 });
    await putDatabase(writer, options);
    await putLedger(writer, options);
    if (options.recordings !== undefined) await putMedia(writer, options, options.recordings);
    onProgress({ phase: 'keys', done: 0, of: 0 });
    await options.writeKeys();
    const told: BackupFacts = { v: 1, cut: facts, media: options.recordings !== undefined };
    const head = await writer.finish({ facts: told, expiresAt: facts.at + days * DAY_MS });
    await prune({ dir: to, now: facts.at });
    return head;
  } catch (why) {
    await writer.abort();
    throw why;
  }
}

async function putDatabase(writer: BackupWriter, { connection, snapshot }: CopyOptions): Promise<void> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (snapshot !== undefined)
      await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`);
    await writer.put(DUMP_NAME, () => dump(client), { compress: true });
  } finally {
    await client.end();
  }
}

async function putLedger(writer: BackupWriter, options: CopyOptions): Promise<void> {
  const store = openStorage(options.storage);
  try {
    await putFiles(writer, options, store);
  } finally {
    store.close();
  }
}

async function putFiles(writer: BackupWriter, options: CopyOptions, store: Storage): Promise<void> {
  const { dataDir, files, onProgress, signal } = options;
  const sealed = [];
  for (const log of LOGS) {
    const runs = (await untilAborted(store.list(`${log}/sealed/`), signal)).filter(({ name }) =>
      name.endsWith('.run'),
    );
    const known = new Set(runs.map(({ name }) => name));
    // Objects come before the run that names them: a run that was not there at first is left for the next backup.
    for (const object of await store.list(`${log}/sealed/`))
      if (!object.name.endsWith('.run') || known.has(object.name)) sealed.push(object);
  }
  const others: CutFile[] = [];
  for (const folder of [...LOGS.flatMap((log) => [`${log}/tile`, `${log}/timestamps`]), 'kept', 'cases'])
    others.push(...(await filesBelow(dataDir, join('ledger', folder))));
  others.push(...(await filesBelow(dataDir, 'control/lexicon')));
  others.push({ name: 'ledger/purging', path: join(dataDir, 'ledger', 'purging') });
  const all = [...files, ...others];
  const of = all.length + sealed.length;
  let done = 0;
  const step = (): void => {
    signal.throwIfAborted();
    onProgress({ phase: 'ledger', done: ++done, of });
  };
  for (const file of all) {
    const isTile = file.name.includes('/tile/');
    const isText = isTile || file.name.endsWith('.ndjson');
    await putFile(writer, file, { ...(isTile ? { group: 'tiles' } : {}), compress: isText });
    step();
  }
  for (const { name, bytes } of sealed) {
    const source = async function* (): AsyncGenerator<Buffer> {
      const object = await untilAborted(store.get(name), signal);
      if (!object) throw new Error(`${name} was purged meanwhile; begin the backup again`);
      yield object;
    };
    // Sealed objects never change: their size tells that they are there.
    await writer.put(LEDGER + name, source, { bytes, mtimeMs: 0 });
    step();
  }
}

/** Whole files below a folder of the data directory, without what is on its way and the partial tiles. */
async function filesBelow(dataDir: string, folder: string): Promise<CutFile[]> {
  const top = join(dataDir, folder);
  const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !/\.(next|new)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('.p/'))
    .map((path) => ({ name: relative(dataDir, path), path }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Puts a file, or so much of its beginning as counts; one that went meanwhile was purged, and is left out. */
async function putFile(
  writer: BackupWriter,
  { name, path, bytes }: CutFile,
  how: { group?: string; compress?: boolean },
): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw why;
  }
  try {
    const there = await file.stat();
    const size = bytes ?? there.size;
    const source = (): AsyncIterable<Buffer> => piecesOf(file, size);
    await writer.put(name, source, { ...how, bytes: size, mtimeMs: Math.floor(there.mtimeMs) });
  } finally {
    await file.close();
  }
}

async function* piecesOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}
