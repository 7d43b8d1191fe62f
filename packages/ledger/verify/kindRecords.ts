import { join } from 'node:path';
import { linesOfKind } from '../archive/linesOfKind.ts';
import { checkShown } from '../evidence/check.ts';
import { DayKeys } from '../keys/day.ts';
import { readSlots } from '../keys/readSlots.ts';
import type { LogName, Written } from '../record.ts';
import { KeptStore, keptLabel } from '../retention/keptStore.ts';
import { Catalogue } from '../sealed/catalogue.ts';
import { decrypt } from '../sealed/cipher.ts';
import { partName } from '../sealed/names.ts';
import { openStorage, type StorageAt } from '../storage/storage.ts';
import { awayBy, catalogueOf, firstInSegments } from './away.ts';
import { Fault } from './fault.ts';
import { linesOf } from './lines.ts';

export type KindRecordsOptions = {
  /** The ledger's directory. */
  dir: string;
  log: LogName;
  /** A kind whose records keep their lines whole: any but those of messages. */
  kind: string;
  kekPath?: string | undefined;
  /** Where sealed days lie, where not under `dir`. */
  storage?: StorageAt;
  /**
   * Told once where the bucket is away: then what it alone has is passed over, records of days up to `upTo` at the
   * latest; undefined where nobody here knows. Without it that is an error.
   */
  onAway?: (why: string, upTo: string | undefined) => void;
};

/**
 * Every record of a kind that a log still has, read from the store's files alone: what outlived its day, sealed days,
 * then what is not sealed yet. Whether they are what was signed is for `verifyStore` to say. A part at a time is in
 * memory.
 * @throws Fault naming what cannot be read; Problem bucket_unavailable where nobody is told of it
 */
export async function* kindRecords(options: KindRecordsOptions): AsyncGenerator<Written> {
  const { dir, log, kind, kekPath } = options;
  const storage = openStorage(options.storage ?? { kind: 'directory', dir });
  const slots = readSlots(dir, kekPath);
  try {
    const kept = new KeptStore(dir, slots);
    for (const until of await kept.untils(log)) {
      if (slots.isDestroyed(keptLabel(log, until))) continue;
      for await (const block of kept.blocks(log, until))
        for (const record of checkShown(block).records) if (record.kind === kind) yield record;
    }
    const keys = new DayKeys(slots, log);
    const { onAway } = options;
    const { catalogue, away } = onAway
      ? await catalogueOf(dir, log, storage, undefined)
      : { catalogue: await Catalogue.open(log, storage), away: undefined };
    const place = away === undefined ? storage : openStorage({ kind: 'directory', dir });
    let passed: string | undefined;
    let upTo: string | undefined = '';
    for (const part of catalogue.parts()) {
      if (keys.isDestroyed(part.day)) continue;
      // Asked once: each call to a bucket that is away costs a minute.
      if (passed !== undefined && away === undefined) {
        upTo = laterOf(upTo, part.day);
        continue;
      }
      const name = partName(part, 'room');
      const bytes = await place.get(name).catch((why: unknown) => {
        passed = onAway && awayBy(why);
        if (passed === undefined) throw why;
      });
      if (!bytes && away !== undefined) passed = away;
      if (!bytes && passed !== undefined) {
        upTo = laterOf(upTo, part.day);
        continue;
      }
      if (!bytes) throw new Fault(name, 'is missing', part.first);
      let lines: string[];
      try {
        const key = keys.derive(part.day, 'segment', false);
        lines = linesOfKind(decrypt(bytes, key, { ...part, order: 'room' }), kind);
      } catch (why) {
        throw new Fault(name, (why as Error).message, part.first);
      }
      for (const line of lines) yield JSON.parse(line) as Written;
    }
    // What is sealed without anybody here knowing lies before the segments.
    if (away !== undefined && catalogue.last + 1 < (await firstInSegments(join(dir, log)))) {
      passed = away;
      upTo = undefined;
    }
    if (passed !== undefined) onAway?.(passed, upTo);
    // A day that is sealed may have segments still, on their way out.
    for await (const { n, line } of linesOf(join(dir, log)))
      if (line.includes(kind) && !catalogue.has(n)) {
        const record = JSON.parse(line.toString('utf8')) as Written;
        if (record.kind === kind) yield record;
      }
  } finally {
    slots.close();
    storage.close();
  }
}

const laterOf = (one: string, other: string): string => (one > other ? one : other);
