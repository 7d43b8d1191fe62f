import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Archive } from './archive/archive.ts';
import { InsideRunner } from './archive/inside.ts';
import { ProcessRunner } from './archive/process.ts';
import { epochHeld, takeEpoch } from './epoch.ts';
import { DayKeys } from './keys/day.ts';
import { adoptKeyFiles } from './keys/files.ts';
import { KEK_FILE, readKek } from './keys/kek.ts';
import { SLOT_FILE, SlotFile } from './keys/slots.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import { AppendLog } from './log.ts';
import type { LedgerOptions } from './options.ts';
import { LOGS, type LogName } from './record.ts';
import type { RoomIndex } from './room/index.ts';
import { openIndexed } from './room/open.ts';
import { INDEX_FILE } from './room/store.ts';
import { Catalogue } from './sealed/catalogue.ts';
import { LocalRuns, refuseUnnamedBucket } from './sealed/localRuns.ts';
import { Sealer } from './sealed/sealer.ts';
import { listSegments } from './segments.ts';
import { DirectoryStorage } from './storage/directory.ts';
import { openStorage, type Storage, type StorageAt } from './storage/storage.ts';
import { nameAuthority } from './timestamp/named.ts';
import { LogTree } from './tree/tree.ts';
import { nameWitnesses } from './witness/named.ts';

/** What there is of one log. */
export type Book = { log: AppendLog; keys: DayKeys; tree: LogTree; catalogue: Catalogue; sealer: Sealer };

/** The books of all logs of one directory, and what they share; whoever has them is its one writer. */
export type Books = {
  books: ReadonlyMap<LogName, Book>;
  slots: SlotFile;
  rooms: RoomIndex;
  archive: Archive;
  storage: Storage;
  lock: DirectoryLock;
  /** Asks whether nobody else has opened the directory since. */
  holds: () => Promise<boolean>;
};

/**
 * Opens the books of a directory, which is made where it is not there; what a crash left undone is done first.
 * @throws Error where another process writes to `dir`, a segment is damaged, or the ledger was made for the other kind
 * of clock: nothing stays open then
 */
export async function openBooks(options: LedgerOptions): Promise<Books> {
  const { dir, clock, disk, kekPath, witnesses, timestamps } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dir);
  const closing: (() => unknown)[] = [];
  try {
    const holds = epochHeld(dir, await takeEpoch(dir));
    const slots = new SlotFile(
      join(dir, SLOT_FILE),
      readKek(kekPath ?? join(dir, KEK_FILE)),
      options.newKey ? { newKey: options.newKey } : {},
    );
    closing.push(() => slots.close());
    adoptKeyFiles(dir, slots);
    await nameWitnesses(dir, witnesses ?? []);
    if (timestamps) await nameAuthority(dir, timestamps.authority);
    const keys = new Map(LOGS.map((name) => [name, new DayKeys(slots, name)]));
    const at = options.storage ?? { kind: 'directory', dir };
    const storage = disk && at.kind === 'directory' ? new DirectoryStorage(at.dir, disk) : openStorage(at);
    const archive = new Archive(
      disk ? new InsideRunner(storage) : new ProcessRunner(at, clock),
      (name, day) => keys.get(name)?.sealKey(day),
    );
    closing.push(() => archive.close());
    const shared: Shared = { options, holds, at, storage, archive };
    const books = new Map<LogName, Book>();
    let rooms: RoomIndex | undefined;
    for (const name of LOGS) {
      const opened = await openLog(name, keys.get(name) as DayKeys, shared);
      if (opened.rooms) {
        rooms = opened.rooms;
        closing.push(() => rooms?.close());
      }
      await opened.book.sealer.recover();
      books.set(name, opened.book);
    }
    (rooms as RoomIndex).opened();
    return { books, slots, rooms: rooms as RoomIndex, archive, storage, lock, holds };
  } catch (why) {
    for (const close of closing.reverse()) await close();
    await lock.release();
    throw why;
  }
}

/** What all logs are opened with. */
type Shared = {
  options: LedgerOptions;
  holds: () => Promise<boolean>;
  at: StorageAt;
  storage: Storage;
  archive: Archive;
};

/** Opens one log; `content` with its index of rooms. */
async function openLog(
  name: LogName,
  keys: DayKeys,
  { options, holds, at, storage, archive }: Shared,
): Promise<{ book: Book; rooms?: RoomIndex }> {
  const { dir, clock, disk, simulated, witnesses, timestamps, partRecords } = options;
  const folder = join(dir, name);
  const logger = options.log.child({ ledger: name });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tree = await LogTree.open({
    dir: folder,
    name,
    keys,
    clock,
    log: logger,
    disk,
    simulated,
    witnesses,
    timestamps,
    holds,
  });
  const isGone = (day: string): boolean => keys.isDestroyed(day);
  const catalogue = await Catalogue.open(name, storage, {
    isGone,
    ...(at.kind === 's3' ? { local: new LocalRuns(name, dir, at, disk) } : {}),
    isNew: at.kind === 's3' && ((await listSegments(folder))[0]?.first ?? tree.last + 1) === 1,
  });
  if (at.kind === 'directory')
    await refuseUnnamedBucket(
      dir,
      name,
      catalogue.runs.filter(({ day }) => !isGone(day)),
    );
  const openAppendLog = (index?: RoomIndex): Promise<AppendLog> =>
    AppendLog.open({
      dir: folder,
      clock,
      log: logger,
      tree,
      sealed: catalogue.last,
      isGone,
      ...(disk ? { disk } : {}),
      holds,
      ...(index
        ? {
            known: index.position,
            onRecord: (record, place, next) => index.take(record, place, next),
          }
        : {}),
    });
  const opened =
    name === 'content'
      ? await openIndexed({
          path: join(dir, INDEX_FILE),
          origin: tree.checkpoint.origin,
          keys,
          catalogue,
          archive,
          logger,
          openLog: openAppendLog,
        })
      : { log: await openAppendLog(), rooms: undefined };
  const { log, rooms } = opened;
  const sealer = new Sealer({
    name,
    dir: folder,
    log,
    tree,
    keys,
    catalogue,
    archive,
    rooms,
    clock,
    logger,
    partRecords,
  });
  return { book: { log, keys, tree, catalogue, sealer }, ...(rooms ? { rooms } : {}) };
}
