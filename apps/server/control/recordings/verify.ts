import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  baseDays,
  dayOf,
  goneOn,
  kindRecords,
  openStorage,
  type Storage,
  s3PlaceOf,
  troubleOf,
  type Written,
} from '@weir/ledger';
import { readSlots } from '@weir/ledger/keys/readSlots.ts';
import { piecesOf } from '@weir/media/tap/shelf.ts';
import { readRestored } from '../backup/closure.ts';
import { readRetention } from '../retention/shipped.ts';
import { RecordedPlaces } from './place.ts';

/** Recordings that are read at once: 3 MiB of memory each. */
const AT_ONCE = 4;
/** Recordings that are looked at again, and named, at most; the rest is counted. */
const MOST_NAMED = 1_000;

/** What was found of the recordings that the `content` log speaks of, wherever they lie. */
export type RecordingsReport = {
  part: 'recordings';
  /** Files that are byte for byte what their record says, how many of them lie in the bucket, and their bytes. */
  checked: number;
  inBucket: number;
  bytes: number;
  /** Gone, and a receipt says that recordings of their age went. */
  purged: number;
  /** Not in the backup that this store came back from, or past their term in it. */
  leftOut: number;
  /** Recordings that do not hold, and what is wrong with the first of them, by path. */
  bad: number;
  faults: string[];
  /** Recordings of which nothing can be said, and why. */
  unchecked: number;
  why?: string;
  /** Sealed days lie in a bucket that is away: recordings of theirs are not even counted. */
  isPartial?: boolean;
};

export type VerifyRecordingsOptions = {
  dataDir: string;
  kekPath?: string | undefined;
  s3Url?: string | undefined;
  onProgress?: (recordings: number) => void;
};

type Recorded = { path: string; hash: string; bytes: number; toMs: number };
type Look =
  | { is: 'sound'; inBucket: boolean }
  | { is: 'missing' }
  | { is: 'altered'; how: string }
  | { is: 'unknown'; why: string };

/**
 * Holds every recording against its record `segment.recorded`: read whole, in this directory or in the bucket. From the
 * files alone, also while the service runs; what does not hold at first is looked at again, since files move and go
 * meanwhile. Reads the log beside; whether that is what was signed is for `verifyStore` to say.
 * @throws Error where keys or log cannot be read
 */
export async function verifyRecordings(options: VerifyRecordingsOptions): Promise<RecordingsReport> {
  const { dataDir, kekPath, s3Url, onProgress } = options;
  const dir = join(dataDir, 'ledger');
  const place = s3Url ? { storage: s3PlaceOf(s3Url) } : {};
  const storage = s3Url ? openStorage(s3PlaceOf(s3Url)) : undefined;
  const report: RecordingsReport = {
    part: 'recordings',
    checked: 0,
    inBucket: 0,
    bytes: 0,
    purged: 0,
    leftOut: 0,
    bad: 0,
    faults: [],
    unchecked: 0,
  };
  const again: Recorded[] = [];
  let done = 0;
  const take = (recorded: Recorded, look: Look, isLast: boolean): void => {
    onProgress?.(++done);
    if (look.is === 'sound') {
      report.checked++;
      report.bytes += recorded.bytes;
      if (look.inBucket) report.inBucket++;
    } else if (look.is === 'unknown') {
      report.unchecked++;
      report.why = look.why;
    } else if (!isLast && again.length < MOST_NAMED) again.push(recorded);
    else {
      report.bad++;
      const how = look.is === 'missing' ? 'is missing' : look.how;
      if (report.faults.length < MOST_NAMED) report.faults.push(`${recorded.path}: ${how}`);
    }
  };
  try {
    await withPlaces(dataDir, kekPath, storage, async (looker) => {
      const onAway = (why: string): void => {
        Object.assign(report, { isPartial: true, why });
      };
      const records = kindRecords({
        dir,
        log: 'content',
        kind: 'segment.recorded',
        kekPath,
        onAway,
        ...place,
      });
      for await (const batch of batches(records))
        for (const [i, look] of (await Promise.all(batch.map(looker))).entries())
          take(batch[i] as Recorded, look, false);
    });
    if (again.length === 0) return report;
    done -= again.length;
    const gaps = await lawfulGaps({ dataDir, dir, kekPath, ...place });
    await withPlaces(dataDir, kekPath, storage, async (looker) => {
      for (const recorded of again) {
        const look = await looker(recorded);
        const gap = look.is === 'missing' ? gaps.of(recorded) : undefined;
        if (gap) report[gap]++;
        // A receipt that nobody can read now may speak of it.
        else if (look.is === 'missing' && gaps.away) take(recorded, { is: 'unknown', why: gaps.away }, true);
        else take(recorded, look, true);
      }
    });
    return report;
  } finally {
    storage?.close();
  }
}

/** Opens what is needed to look at recordings, as it is now. */
async function withPlaces(
  dataDir: string,
  kekPath: string | undefined,
  storage: Storage | undefined,
  work: (looker: (recorded: Recorded) => Promise<Look>) => Promise<void>,
): Promise<void> {
  const slots = readSlots(join(dataDir, 'ledger'), kekPath);
  try {
    const places = new RecordedPlaces(dataDir, slots, storage);
    let away: string | undefined;
    await work(async (recorded) => {
      const look = await lookAt(places, recorded, away);
      // Asked once: each call to a bucket that is away costs a minute.
      if (look.is === 'unknown') away = look.why;
      return look;
    });
  } finally {
    slots.close();
  }
}

async function lookAt(
  places: RecordedPlaces,
  { path, hash, bytes }: Recorded,
  away: string | undefined,
): Promise<Look> {
  try {
    const opened = await places.open(path);
    if (!opened) return { is: 'missing' };
    if (opened.inBucket && away !== undefined) return { is: 'unknown', why: away };
    const sha = createHash('sha256');
    let length = 0;
    for await (const piece of piecesOf(opened.file)) {
      sha.update(piece);
      length += piece.length;
    }
    if (length === bytes && sha.digest('hex') === hash) return { is: 'sound', inBucket: opened.inBucket };
    return { is: 'altered', how: 'is not what was recorded' };
  } catch (why) {
    if (troubleOf(why)) return { is: 'unknown', why: (why as Error).message };
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return { is: 'missing' };
    return { is: 'altered', how: (why as Error).message };
  }
}

/**
 * Tells of a recording that is not there whether it may be missing: a receipt of a purge that removed recordings, on a
 * day on which its shortest term was over, or a restore that had not got it.
 */
async function lawfulGaps(options: {
  dataDir: string;
  dir: string;
  kekPath: string | undefined;
}): Promise<{ of(recorded: Recorded): 'purged' | 'leftOut' | undefined; away: string | undefined }> {
  let away: string | undefined;
  const onAway = (why: string): void => {
    away = why;
  };
  const shortest = baseDays(readRetention(), 'content');
  let purgedOn = '';
  for await (const record of kindRecords({
    ...options,
    onAway,
    log: 'retention',
    kind: 'retention.purged',
  })) {
    const { today, stores } = record as { today?: unknown; stores?: { store: string; removed: number }[] };
    if (typeof today !== 'string' || today <= purgedOn) continue;
    if (stores?.some(({ store, removed }) => store === 'recordings' && removed > 0)) purgedOn = today;
  }
  const restored = readRestored(join(options.dataDir, 'control'));
  const of = ({ toMs }: Recorded): 'purged' | 'leftOut' | undefined => {
    const on = goneOn(toMs, shortest);
    if (on <= purgedOn) return 'purged';
    if (!restored || toMs > restored.cutAt) return undefined;
    return restored.media === false || on <= dayOf(Math.max(restored.restoredAt, restored.knownUntil))
      ? 'leftOut'
      : undefined;
  };
  return { of, away };
}

async function* batches(records: AsyncIterable<Written>): AsyncGenerator<Recorded[]> {
  let batch: Recorded[] = [];
  for await (const record of records) {
    const { path, hash, bytes, toMs } = record as Partial<Recorded>;
    batch.push({ path: String(path), hash: String(hash), bytes: Number(bytes), toMs: Number(toMs) });
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
