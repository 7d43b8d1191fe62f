import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { DayKeys } from '../keys/day.ts';
import { readSlots } from '../keys/readSlots.ts';
import { LOGS, type LogName } from '../record.ts';
import type { Catalogue } from '../sealed/catalogue.ts';
import { refuseUnnamedBucket } from '../sealed/localRuns.ts';
import { isRunName, runName } from '../sealed/names.ts';
import { textOf } from '../sealed/run.ts';
import { openStorage, type StorageAt } from '../storage/storage.ts';
import { Authority } from '../timestamp/authority.ts';
import { readAuthority } from '../timestamp/named.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { Frontier } from '../tree/frontier.ts';
import { EMPTY_ROOT } from '../tree/hash.ts';
import { frontierOf, readHead } from '../tree/head.ts';
import { openNote, rawOf, verifierOf } from '../tree/note.ts';
import { readSigner, VKEY_FILE } from '../tree/signer.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { type Cosigned, isOf, openCosignature, type Witness, witnessOf } from '../witness/cosignature.ts';
import { readWitnesses } from '../witness/named.ts';
import { awayBy, catalogueOf, firstInSegments, liesIn, SealedBlocks, type Unread } from './away.ts';
import { checkEpochs, EpochLeaves, type EpochReport, originAt } from './epochs.ts';
import { Fault } from './fault.ts';
import { linesOf } from './lines.ts';
import { checkParts } from './parts.ts';
import { checkRecords, type RecordCount } from './records.ts';
import { checkStamps, type StampCount } from './stamps.ts';
import { checkStray, listFiles } from './stray.ts';
import { lastOf, readTree } from './tiles.ts';

/** What was found of one log: `fault` names the first thing that does not hold. */
export type LogReport = RecordCount &
  StampCount & {
    log: LogName;
    origin: string;
    /** Leaves under the checkpoint. */
    size: number;
    /** Whether every witness that was asked for signed the checkpoint; where none was, any that the store names. */
    witnessed: boolean;
    /** The witnesses that signed it, and when by their own clocks (ms). */
    cosigned: Cosigned[];
    /** Sealed records that the bucket did not give; all else was checked. */
    unread?: Unread;
    /** Further epochs of the log: restores, each with what it lost. */
    epochs: EpochReport[];
    fault?: string;
    /** The first bad record, where it can be told. */
    record?: number;
  };

export type VerifyOptions = {
  dir: string;
  logs?: readonly LogName[];
  kekPath?: string;
  /** `vkey` lines of witnesses that must have signed; without one, those count that the store names itself. */
  witnesses?: readonly string[];
  /** Certificates (PEM) of the time-stamping authority whose tokens count; without, those that the store names. */
  tsa?: string;
  /** Where sealed days lie, where not under `dir`. */
  storage?: StorageAt;
  /** Processes that sealed days are checked in at most; by their size and the cores where nothing is said. */
  processes?: number;
  /** `records` of `of` are checked. */
  onProgress?: (log: LogName, records: number, of: number) => void;
};

/** A day may begin, and bring a new key, while a store is read: a log whose checkpoint changed is read again. */
const TRIES = 3;

/**
 * Verifies a store from its files alone, also while a writer has it open: notes, tiles, entries, every record, keys,
 * and that nothing else lies there. Writes nothing.
 * @throws Error where the keys cannot be read, or a witness is the store itself
 */
export async function verifyStore({
  dir,
  logs = LOGS,
  kekPath,
  witnesses = [],
  tsa,
  storage = { kind: 'directory', dir },
  processes,
  onProgress,
}: VerifyOptions): Promise<LogReport[]> {
  const reports: LogReport[] = [];
  const asked = witnesses.map(witnessOf);
  const named = await readWitnesses(dir);
  const authorities = {
    stamps: await readAuthority(dir),
    stampsAsked: tsa === undefined ? undefined : new Authority(tsa),
  };
  await refuseOwnKeys(dir, [...asked, ...named]);
  // Asked once: each call to a bucket that is away takes long.
  let away: string | undefined;
  for (const log of logs) {
    let report: LogReport;
    for (let tries = 1; ; tries++) {
      const slots = readSlots(dir, kekPath);
      const before = await stateOf(dir, log, storage, away);
      away ??= before.away;
      try {
        const keys = new DayKeys(slots, log);
        report = await verifyLog(dir, log, keys, {
          outsiders: { asked, named, ...authorities },
          storage,
          away,
          processes,
          onProgress: (n, of) => onProgress?.(log, n, of),
        });
      } finally {
        slots.close();
      }
      away ??= report.unread?.why;
      if (!report.fault || tries === TRIES) break;
      if (before.text === (await stateOf(dir, log, storage, away)).text) break;
    }
    reports.push(report);
  }
  return reports;
}

/** What changes when a log goes on, or a day of it is sealed or dropped; of a bucket that is away, nothing. */
async function stateOf(
  dir: string,
  log: LogName,
  storage: StorageAt,
  away: string | undefined,
): Promise<{ text: string; away: string | undefined }> {
  const checkpoint = await readIfThere(join(dir, log, CHECKPOINT_FILE));
  if (away !== undefined) return { text: `${checkpoint}`, away };
  try {
    const objects = await openStorage(storage).list(`${log}/sealed/`);
    return { text: `${checkpoint} ${objects.map(({ name }) => name)}`, away };
  } catch (why) {
    const trouble = awayBy(why);
    if (trouble === undefined) throw why;
    return { text: `${checkpoint}`, away: trouble };
  }
}

/** Whom else to believe, as somebody asks and as the store says itself. */
type Outsiders = {
  asked: readonly Witness[];
  named: readonly Witness[];
  stamps: Authority | undefined;
  stampsAsked: Authority | undefined;
};

/** A store cannot witness itself under another name. */
async function refuseOwnKeys(dir: string, witnesses: readonly Witness[]): Promise<void> {
  if (witnesses.length === 0) return;
  for (const log of LOGS) {
    const vkey = await readIfThere(join(dir, log, VKEY_FILE));
    const own = vkey ? rawOf(verifierOf(vkey.toString('utf8').trimEnd()).key) : undefined;
    const same = witnesses.find(({ key }) => own && rawOf(key).equals(own));
    if (same) throw new Error(`${same.name} is the key that signs ${log}: nobody is their own witness`);
  }
}

async function verifyLog(
  store: string,
  log: LogName,
  keys: DayKeys,
  options: {
    outsiders: Outsiders;
    storage: StorageAt;
    /** Why the bucket is not asked. */
    away: string | undefined;
    processes: number | undefined;
    onProgress: (records: number, of: number) => void;
  },
): Promise<LogReport> {
  const { outsiders, storage, processes, onProgress } = options;
  const dir = join(store, log);
  const report: LogReport = {
    log,
    origin: '',
    size: 0,
    witnessed: false,
    cosigned: [],
    epochs: [],
    stamps: 0,
    checked: 0,
    purged: 0,
    purgedDays: [],
    unsigned: 0,
  };
  try {
    const files = await listFiles(dir);
    const { catalogue, away } = await catalogueOf(store, log, openStorage(storage), options.away);
    if (storage.kind === 'directory')
      await refuseUnnamedBucket(
        store,
        log,
        catalogue.runs.filter(({ day }) => !keys.isDestroyed(day)),
      );
    if (storage.kind === 's3' && away === undefined) await checkLocalRuns(store, files, log, catalogue);
    const { checkpoint, cosigned } = await readCheckpoint(dir, [...outsiders.asked, ...outsiders.named]);
    const head = await checkHead(dir, checkpoint);
    const { asked, stamps, stampsAsked } = outsiders;
    const witnessed =
      cosigned.length > 0 && asked.every(({ vkey }) => cosigned.some((one) => one.vkey === vkey));
    Object.assign(report, { origin: checkpoint.origin, size: checkpoint.size, witnessed, cosigned });
    const parts = catalogue.parts().filter(({ day }) => !keys.isDestroyed(day));
    const of = await lastOf(dir, checkpoint);
    const here = away === undefined ? parts : parts.filter((part) => liesIn(files, part));
    const inParts = await checkParts({
      parts: here,
      dir,
      checkpoint,
      keys,
      storage: away === undefined ? storage : { kind: 'directory', dir: store },
      processes,
      onProgress: (n) => onProgress(n, of),
    });
    const unread = parts.filter((part) => !here.includes(part) || inParts.unread.includes(part));
    const sealed = new SealedBlocks(parts, unread, away === undefined ? 0 : await firstInSegments(dir));
    const leaves = new EpochLeaves();
    const blocks = leaves.through(readTree(dir, checkpoint));
    const { checked } = inParts;
    const count = await checkRecords(
      blocks,
      linesOf(dir),
      keys,
      (block) => sealed.has(block),
      (n) => onProgress(checked + n, of),
    );
    Object.assign(report, count, { checked: count.checked + checked }, sealed.unread(away ?? inParts.away));
    report.epochs = await checkEpochs(dir, checkpoint.size, leaves.found, [...asked, ...outsiders.named]);
    const origin = originAt(leaves.found, checkpoint.origin);
    Object.assign(report, await checkStamps(dir, checkpoint, origin, stamps, stampsAsked));
    await checkStray(dir, files, head, new Set(catalogue.names().map((name) => name.slice(log.length + 1))));
  } catch (why) {
    report.fault = (why as Error).message;
    if (why instanceof Fault && why.record !== undefined) report.record = why.record;
  }
  return report;
}

/** Runs of a bucket lie on disk once more, and say the same there. */
async function checkLocalRuns(
  store: string,
  files: readonly string[],
  log: LogName,
  { runs }: Catalogue,
): Promise<void> {
  for (const path of files) {
    const name = join(log, path);
    if (!isRunName(name)) continue;
    const run = runs.find((one) => runName(one.log, one.day, one.first) === name);
    const bytes = await readIfThere(join(store, name));
    if (bytes && (!run || bytes.toString('utf8') !== textOf(run)))
      throw new Fault(path, 'is not what the bucket has');
  }
}

/** The signed checkpoint, and whose cosignatures it has; of a log without news yet, the empty tree. */
async function readCheckpoint(
  dir: string,
  witnesses: readonly Witness[],
): Promise<{ checkpoint: Checkpoint; cosigned: Cosigned[] }> {
  const vkey = await readFile(join(dir, VKEY_FILE), 'utf8');
  if (!vkey.endsWith('\n')) throw new Fault(VKEY_FILE, 'is no verifier line');
  const verifier = verifierOf(vkey.slice(0, -1));
  if ((await readSigner(dir)).vkey !== vkey.slice(0, -1))
    throw new Fault(VKEY_FILE, 'is not of the key that signs');
  const note = await readIfThere(join(dir, CHECKPOINT_FILE));
  if (!note) return { checkpoint: { origin: verifier.name, size: 0, root: EMPTY_ROOT }, cosigned: [] };
  const { text, others } = openNote(utf8Of(note), verifier);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== verifier.name) throw new Fault(CHECKPOINT_FILE, 'is of another log');
  const cosigned = others.map((signature): Cosigned => {
    const witness = witnesses.find((one) => isOf(signature, one));
    if (!witness)
      throw new Fault(CHECKPOINT_FILE, `has a signature line of ${signature.name}, whom nobody named`);
    return openCosignature(text, signature, witness);
  });
  const twice = cosigned.find(({ vkey: one }, i) => cosigned.findIndex((other) => other.vkey === one) < i);
  if (twice) throw new Fault(CHECKPOINT_FILE, `has two signatures of ${twice.name}`);
  return { checkpoint, cosigned };
}

function utf8Of(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new Fault(CHECKPOINT_FILE, 'is no UTF-8');
  return text;
}

/** The writer's own memory: as far as the checkpoint, or one step ahead. */
async function checkHead(dir: string, checkpoint: Checkpoint): Promise<Frontier> {
  const head = await readHead(dir);
  if ((head?.size ?? 0) < checkpoint.size) throw new Fault('head', 'is older than the checkpoint');
  if (head && checkpoint.size === 0) throw new Fault(CHECKPOINT_FILE, 'is missing');
  const frontier = head ? await frontierOf(dir, head) : new Frontier();
  if (frontier.size === checkpoint.size && !frontier.root().equals(checkpoint.root))
    throw new Fault('head', 'has another root than the checkpoint');
  return frontier;
}
