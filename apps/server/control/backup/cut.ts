import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { newId, Problem } from '@weir/kit';
import { LOGS, type LogName, startOf } from '@weir/ledger';
import type { Control } from '../control.ts';
import { writeList } from '../recordings/list.ts';
import { RecordedPlaces } from '../recordings/place.ts';

/** Cuts lie under DATA/backup, each in a folder of its own; what a crash left of one goes with the next start. */
const FOLDER = 'backup';
const PREFIX = 'cut-';
/** A segment may be sealed between the instant and the link that keeps it: then the cut is taken again. */
const TRIES = 3;

/** What a cut says, as its copier and a restore read it. */
export type CutFacts = {
  v: 1;
  id: string;
  /** Wall ms of the instant. */
  at: number;
  simulated: boolean;
  /** Records waited so long in the outbox, ms. */
  heldMs: number;
  /** Number of each log's last record that is in the copied segments. */
  last: Record<LogName, number>;
};

/** A file of the copy: its name below DATA, where it is read, and the bytes of it that count (all, where not said). */
export type CutFile = { name: string; path: string; bytes?: number };

export type Cut = {
  facts: CutFacts;
  /** By which another session of PostgreSQL joins the instant. */
  snapshot: string;
  /** Segments, and the small files that change: each a link or a copy as it was. */
  files: CutFile[];
  /** A file of JSON lines: names of recordings below DATA, each with the instant (wall ms) at which it is due. */
  recordings: string;
  /** Lets PostgreSQL's snapshot go, once the database is copied. */
  dumped(): Promise<void>;
  /** Lets everything go. */
  release(): Promise<void>;
};

/** Removes what cuts of an earlier process left. */
export async function sweepCuts(dataDir: string): Promise<void> {
  const folder = join(dataDir, FOLDER);
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * Takes a cut through PostgreSQL and the ledger: everything acknowledged before is in it. While PostgreSQL fixes its
 * snapshot and the ends of the logs are noted, no record passes from the outbox to the ledger, so that the decided
 * logs end where the snapshot's numbers say, or its outbox goes on; that lasts milliseconds. `content` may run
 * ahead of the snapshot. Heads and checkpoints are read before, so that no tree speaks of a record that is not copied.
 * @throws Problem database_unavailable, storage_failed
 */
export async function takeCut(control: Control): Promise<Cut> {
  for (let tries = 1; ; tries++) {
    try {
      return await take(control);
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT' || tries === TRIES) throw why;
    }
  }
}

async function take(control: Control): Promise<Cut> {
  const { config, keeper, ledger, outbox, database, clock, simulation } = control;
  const id = newId();
  const folder = join(config.dataDir, FOLDER, `${PREFIX}${id}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const snapshot = await database.snapshot().catch(async (why: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw why;
  });
  const release = async (): Promise<void> => {
    await snapshot.release();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const files: CutFile[] = [];
    const keep = async (name: string): Promise<void> => {
      const bytes = await readFile(join(config.dataDir, name)).catch((why: NodeJS.ErrnoException) => {
        if (why.code === 'ENOENT') return undefined;
        throw why;
      });
      if (!bytes) return;
      const path = join(folder, name.replaceAll('/', '_'));
      await writeFile(path, bytes, { mode: 0o600 });
      files.push({ name, path });
    };
    await ledger.sign();
    for (const log of LOGS)
      for (const name of ['checkpoint', 'vkey', 'former', 'head']) await keep(`ledger/${log}/${name}`);
    let heldMs = 0;
    const { name, extents, at } = await outbox.hold(async () => {
      const from = performance.now();
      const name = await snapshot.take();
      const extents = LOGS.map((log) => ({ log, ...ledger.extent(log) }));
      heldMs = Math.round((performance.now() - from) * 10) / 10;
      return { name, extents, at: clock.now() };
    });
    for (const { segments } of extents)
      for (const { name, path, bytes } of segments) {
        const kept = join(folder, basename(path).replace(/^/, `${name.split('/')[0]}_`));
        await link(path, kept);
        files.push({ name: `ledger/${name}`, path: kept, bytes: bytes ?? (await stat(kept)).size });
      }
    // Later than the snapshot: a cut is on this disk before it is in the database.
    for (const name of [
      'control/tombstones.ndjson',
      'ledger/running',
      'ledger/ages',
      'ledger/tsa.pem',
      'ledger/witnesses',
    ])
      await keep(name);
    if (simulation) await keep('clock.json');
    const recordings = join(folder, 'recordings');
    const dueOn = await keeper.recordingDue();
    const places = new RecordedPlaces(config.dataDir, ledger.slots, undefined);
    await writeList(recordings, places, (place) => startOf(dueOn(place)));
    const last = Object.fromEntries(extents.map(({ log, last }) => [log, last])) as Record<LogName, number>;
    const facts: CutFacts = { v: 1, id, at, simulated: simulation !== undefined, heldMs, last };
    return { facts, snapshot: name, files, recordings, dumped: snapshot.release, release };
  } catch (why) {
    await release();
    const code = (why as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EIO' || code === 'EDQUOT')
      throw new Problem('storage_failed', `The disk refused the backup's own files: ${code}`);
    throw why;
  }
}
