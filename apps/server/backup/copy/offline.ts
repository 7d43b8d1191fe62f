import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Config, type Log, newId } from '@weir/kit';
import { LOGS, type LogName, lastRecord, s3PlaceOf } from '@weir/ledger';
import { readSlots } from '@weir/ledger/keys/readSlots.ts';
import { SLOT_FILE } from '@weir/ledger/keys/slots.ts';
import { lockDirectory } from '@weir/ledger/lock.ts';
import { listSegments } from '@weir/ledger/segments.ts';
import type { StorageAt } from '@weir/ledger/storage/storage.ts';
import pg from 'pg';
import type { CutFacts, CutFile } from '../../control/backup/cut.ts';
import { kekIdOf, keyPartBytes } from '../../control/backup/keyPart.ts';
import { writeList } from '../../control/recordings/list.ts';
import { RecordedPlaces } from '../../control/recordings/place.ts';
import { Tombstones } from '../../control/tombstones.ts';
import { kekPathOf } from '../../kekPathOf.ts';
import { startPostgres } from '../../postgres/start.ts';
import { readMark } from '../../time/mark.ts';
import { type Head, writeKeyPart } from '../store/index.ts';
import { type CopyOptions, copyCut } from './copy.ts';

type Ask = Pick<CopyOptions, 'to' | 'create' | 'recipients' | 'days' | 'onProgress' | 'signal'> & {
  config: Config;
  log: Log;
  media: boolean;
  withKek: boolean;
  now: number;
};

/**
 * A backup of a store that no service runs on: the same copy, cut by nothing but the stop. Holds the data directory
 * meanwhile, so that none starts beside it. Recordings go from it after the shortest term.
 * @throws BackupFault; Error where there is no store, somebody has the directory, or PostgreSQL does not start
 */
export async function copyOffline(ask: Ask): Promise<Head> {
  const { config, log, to, recipients, withKek } = ask;
  const { dataDir } = config;
  // Before anything is made there: a restore wants an empty directory.
  if (!existsSync(join(dataDir, 'ledger', SLOT_FILE)))
    throw new Error(`There is no store in ${dataDir}; set WEIR_DATA_DIR.`);
  const lock = await lockDirectory(dataDir);
  const postgres = config.databaseUrl ? undefined : await startPostgres({ config, log });
  try {
    const connection: pg.ClientConfig = config.databaseUrl
      ? { connectionString: config.databaseUrl }
      : (postgres as NonNullable<typeof postgres>).connection;
    const storage: StorageAt = config.s3Url
      ? s3PlaceOf(config.s3Url)
      : { kind: 'directory', dir: join(dataDir, 'ledger') };
    const mark = readMark(dataDir);
    const at = ask.now + (mark?.offsetMs ?? 0);
    const last = {} as Record<LogName, number>;
    const files: CutFile[] = [];
    for (const name of LOGS) {
      const dir = join(dataDir, 'ledger', name);
      last[name] = await lastRecord(join(dataDir, 'ledger'), name, storage);
      for (const file of ['checkpoint', 'vkey', 'former', 'head'])
        files.push({ name: `ledger/${name}/${file}`, path: join(dir, file) });
      for (const { path } of await listSegments(dir))
        files.push({ name: path.slice(dataDir.length + 1), path });
    }
    for (const name of [
      'control/tombstones.ndjson',
      'ledger/running',
      'ledger/ages',
      'ledger/tsa.pem',
      'ledger/witnesses',
      'clock.json',
    ])
      files.push({ name, path: join(dataDir, name) });
    const facts: CutFacts = { v: 1, id: newId(), at, simulated: mark !== undefined, heldMs: 0, last };
    const recordings = join(dataDir, 'backup', 'recordings');
    return await copyCut({
      ...ask,
      dataDir,
      kekFile: config.kekFile,
      facts,
      files,
      recordings: ask.media ? await listRecordings(config, recordings) : undefined,
      connection,
      storage,
      writeKeys: async () =>
        writeKeyPart({ dir: to, recipients }, await keyPart(config, connection, { withKek, at })),
    });
  } finally {
    await postgres?.stop();
    await lock.release();
  }
}

async function keyPart(
  config: Config,
  connection: pg.ClientConfig,
  { withKek, at }: { withKek: boolean; at: number },
): Promise<Buffer> {
  const { dataDir } = config;
  const kek = await readFile(kekPathOf(config));
  const slots = await readFile(join(dataDir, 'ledger', 'keys.slots'));
  const stones = await readFile(join(dataDir, 'control', 'tombstones.ndjson'), 'utf8').catch(() => '');
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM users WHERE disabled_at IS NOT NULL');
    return keyPartBytes({
      v: 1,
      at,
      slots: slots.toString('base64'),
      ...(withKek ? { kek: kek.toString('base64') } : {}),
      kekId: kekIdOf(kek),
      cuts: [...Tombstones.read(stones).standing()],
      closed: rows.map(({ id }) => id),
    });
  } finally {
    await client.end();
  }
}

/** Nothing here knows more of a recording than when it was closed: of no class is the term shorter. */
const SHORTEST_TERM_MS = 60 * 86_400_000;

/** Writes the list of closed recordings, here and in the bucket, to a file, each with its end, and gives its path. */
async function listRecordings({ dataDir, kekFile }: Config, path: string): Promise<string> {
  // A store that has only been restored has no such folder yet.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const slots = readSlots(join(dataDir, 'ledger'), kekFile);
  try {
    const places = new RecordedPlaces(dataDir, slots, undefined);
    await writeList(path, places, ({ toMs }) => toMs + SHORTEST_TERM_MS);
  } finally {
    slots.close();
  }
  return path;
}
