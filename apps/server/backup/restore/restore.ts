import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, Log } from '@weir/kit';
import {
  beginEpoch,
  LOGS,
  type LogEpoch,
  type LogName,
  s3PlaceOf,
  verifyKeptStore,
  verifyStore,
} from '@weir/ledger';
import { lockDirectory } from '@weir/ledger/lock.ts';
import { openStorage, type StorageAt } from '@weir/ledger/storage/storage.ts';
import { namedCheckpoint } from '@weir/ledger/tree/logEpoch.ts';
import type pg from 'pg';
import { writeRestored } from '../../control/backup/closure.ts';
import { parseKeyPart } from '../../control/backup/keyPart.ts';
import { kekPathOf } from '../../kekPathOf.ts';
import { startPostgres } from '../../postgres/start.ts';
import { makeFolders } from '../../supervisor/folders.ts';
import { readMark } from '../../time/mark.ts';
import type { BackupFacts } from '../copy/copy.ts';
import { type BackupReader, openBackup, readKeyPart } from '../store/index.ts';
import { loadDatabase, refuseUsed } from './database.ts';
import { clear, mustBeEmpty, writeFiles } from './files.ts';
import { dropPurged, writeKeys } from './keys.ts';
import { RESTORING_FILE } from './marker.ts';
import { purgedIn } from './receipts.ts';
import { joinTombstones } from './tombstones.ts';

export type RestoreStep = 'files' | 'database' | 'ledger' | 'verify';

export type RestoreOptions = {
  config: Config;
  from: string;
  identities: string[];
  /** A generation; the newest where none is named. */
  generation?: string | undefined;
  /** The key-encryption key, where the key part has it not, and where a copy may lie of itself. */
  kekFile?: string | undefined;
  keptKek?(kekId: string): string | undefined;
  /** Signed checkpoints from elsewhere, newer than the backup's: each is of the log whose key signed it. */
  checkpoints: string[];
  /** Texts of tombstone files from elsewhere: an old disk's, an edge's. */
  tombstones: string[];
  /** Receipts of purges later than the key part, as `weir log search` prints them. */
  receipts: string[];
  now: number;
  log: Log;
  onProgress(step: RestoreStep, done: number, of: number): void;
};

export type RestoreReport = {
  generation: string;
  cutAt: number;
  knownUntil: number;
  entries: number;
  bytes: number;
  epochs: Partial<Record<LogName, LogEpoch>>;
  records: Partial<Record<LogName, number>>;
  cuts: number;
  accountsClosed: number;
  /** Labels of parts that were purged since the backup was made, and recordings whose term ended in it. */
  dropped: string[];
  expired: number;
};

/**
 * Makes a new store of a backup in an empty data directory: files, database, keys, a new epoch of each log, verified
 * before it says done. On any failure nothing of it stays. The store starts closed (`control/backup/closure.ts`).
 * @throws BackupFault and Error naming what is wrong, WrongUse where something has to be said
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { config, from, identities, generation } = options;
  await mustBeEmpty(config.dataDir);
  const storage: StorageAt = config.s3Url
    ? s3PlaceOf(config.s3Url)
    : { kind: 'directory', dir: join(config.dataDir, 'ledger') };
  const reader = await openBackup({ dir: from, identities, ...(generation ? { generation } : {}) });
  const facts = reader.facts as BackupFacts;
  if (facts.v !== 1) throw new Error('the backup was made by a newer Weir than this one');
  if (!facts.cut.simulated && options.now < facts.cut.at)
    throw new Error(
      `the clock of this machine (${new Date(options.now).toISOString()}) is behind the backup's (${new Date(facts.cut.at).toISOString()}): set it first, terms go by it`,
    );
  if (storage.kind === 's3' && (await openStorage(storage).list('')).length > 0)
    throw new Error('the place that WEIR_S3_URL names is not empty: a restore needs a prefix of its own');
  if (config.databaseUrl) await refuseUsed({ connectionString: config.databaseUrl });
  await mkdir(config.dataDir, { recursive: true });
  const lock = await lockDirectory(config.dataDir);
  let stop = async (): Promise<void> => {};
  try {
    await writeFile(join(config.dataDir, RESTORING_FILE), `${reader.head.generation}\n`, { flag: 'wx' });
    makeFolders(config.dataDir);
    const database = async (): Promise<pg.ClientConfig> => {
      if (config.databaseUrl) return { connectionString: config.databaseUrl };
      const postgres = await startPostgres({ config, log: options.log });
      stop = () => postgres.stop();
      return postgres.connection;
    };
    const report = await fill(options, reader, facts, storage, database);
    await stop();
    await rm(join(config.dataDir, RESTORING_FILE));
    return report;
  } catch (why) {
    await stop().catch(() => {});
    await clear(config.dataDir);
    if (storage.kind === 's3') {
      const store = openStorage(storage);
      for (const { name } of await store.list('').catch(() => [])) await store.delete(name).catch(() => {});
    }
    throw why;
  } finally {
    await lock.release();
  }
}

async function fill(
  options: RestoreOptions,
  reader: BackupReader,
  facts: BackupFacts,
  storage: StorageAt,
  database: () => Promise<pg.ClientConfig>,
): Promise<RestoreReport> {
  const { config, from, identities, onProgress, now, log } = options;
  const { dataDir } = config;
  const { head } = reader;
  const key = await readKeyPart({ dir: from, identities });
  if (!key) throw new Error(`${from} has no key part: without it nothing in the backup can be read`);
  const part = parseKeyPart(key);
  writeKeys(config, part, options.kekFile, options.keptKek?.(part.kekId));
  let done = 0;
  const { expired } = await writeFiles(reader, {
    dataDir,
    kekPath: kekPathOf(config),
    storage,
    now,
    // The key part may know of later days than the clock that a simulated store goes on with.
    over: facts.cut.simulated ? part.at : Math.max(now, part.at),
    onEntry: () => onProgress('files', ++done, head.entries),
  });
  const receipts = purgedIn(options.receipts, facts.cut.simulated ? undefined : now);
  const dropped = await dropPurged(config, storage, receipts);
  const cuts = await joinTombstones(dataDir, [part.cuts], options.tombstones);
  onProgress('database', 0, 1);
  const connection = await database();
  const accountsClosed = await loadDatabase(connection, reader, { log, facts, closed: part.closed, now });
  onProgress('database', 1, 1);

  // A simulated store goes on with the clock it had, and its epoch begins by that.
  const at = now + (readMark(dataDir)?.offsetMs ?? 0);
  const epochs: RestoreReport['epochs'] = {};
  const ledger = join(dataDir, 'ledger');
  const brought = await checkpointsOf(ledger, options.checkpoints);
  for (const [index, name] of LOGS.entries()) {
    onProgress('ledger', index, LOGS.length);
    epochs[name] = await beginEpoch({
      dir: ledger,
      log: name,
      storage,
      at,
      since: facts.cut.at,
      checkpoints: brought.get(name) ?? [],
    });
    const { kept } = epochs[name];
    // Sealed and purged days count too: what is missing of the end was acknowledged and is not here.
    if (kept < facts.cut.last[name] && !dropped.some((label) => label.startsWith(`${name} `)))
      throw new Error(`${name} ends at record ${kept}, and the backup's cut has ${facts.cut.last[name]}`);
  }
  const reports = await verifyStore({
    dir: ledger,
    kekPath: kekPathOf(config),
    storage,
    onProgress: (_, records, of) => onProgress('verify', records, of),
  });
  const kept = await verifyKeptStore({ dir: ledger, kekPath: kekPathOf(config) });
  const fault = [...reports.map((one) => ({ part: one.log, ...one })), ...kept].find((one) => one.fault);
  if (fault) throw new Error(`the restored ledger does not hold: ${fault.part}: ${fault.fault}`);
  const unread = reports.find((one) => one.unread);
  if (unread) throw new Error(`the restored ledger cannot be read: ${unread.log}: ${unread.unread?.why}`);

  await writeRestored(join(dataDir, 'control'), {
    v: 1,
    step: 'settle',
    restoredAt: now,
    generation: head.generation,
    cutAt: facts.cut.at,
    ...(facts.media ? {} : { media: false }),
    knownUntil: Math.max(part.at, facts.cut.at),
    dropped,
  });
  return {
    generation: head.generation,
    cutAt: facts.cut.at,
    knownUntil: Math.max(part.at, facts.cut.at),
    entries: head.entries,
    bytes: head.bytes,
    epochs,
    records: Object.fromEntries(reports.map(({ log: name, checked }) => [name, checked])),
    cuts,
    accountsClosed,
    dropped,
    expired,
  };
}

/** The log that each checkpoint is of, by the key that signed it. @throws Error where it is of none of them */
async function checkpointsOf(ledger: string, notes: readonly string[]): Promise<Map<LogName, string[]>> {
  const found = new Map<LogName, string[]>();
  for (const note of notes) {
    let of: LogName | undefined;
    for (const log of LOGS) {
      const vkey = (await readFile(join(ledger, log, 'vkey'), 'utf8')).trimEnd();
      try {
        namedCheckpoint(vkey, note);
        of = log;
      } catch {
        // Another log's, or nobody's.
      }
    }
    if (!of) throw new Error(`the checkpoint of ${note.split('\n')[0]} is signed by no key of this store`);
    found.set(of, [...(found.get(of) ?? []), note]);
  }
  return found;
}
