import { join } from 'node:path';
import {
  baseDays,
  dayOf,
  goneOn,
  type LogName,
  type ReceiptsReport,
  s3PlaceOf,
  startOf,
  type Unaccounted,
  verifyReceipts,
} from '@weir/ledger';
import { readRestored } from '../backup/closure.ts';
import { readRetention } from './shipped.ts';

export type VerifyRetentionOptions = {
  dataDir: string;
  kekPath?: string | undefined;
  s3Url?: string | undefined;
  /** By log, days of which only leaves are there. */
  purgedDays: ReadonlyMap<LogName, readonly string[]>;
};

/**
 * Holds what is gone of a store against the receipts in its `retention` log, from the files alone.
 * @throws Error where keys or the log cannot be read
 */
export function verifyRetention(options: VerifyRetentionOptions): Promise<ReceiptsReport> {
  const { dataDir, kekPath, s3Url, purgedDays } = options;
  return verifyReceipts({
    dir: join(dataDir, 'ledger'),
    kekPath,
    ...(s3Url ? { storage: s3PlaceOf(s3Url) } : {}),
    purgedDays,
    mayLack: lawfulGaps(dataDir, purgedDays.get('retention') ?? []),
  });
}

/**
 * What may be gone without a receipt: in a store that came back from a backup, what the key part or later receipts
 * said was purged or released since; and whatever went so long ago that its receipt had its own term since.
 */
export function lawfulGaps(dataDir: string, forgotten: readonly string[]): (gone: Unaccounted) => boolean {
  const policy = readRetention();
  const restored = readRestored(join(dataDir, 'control'));
  const dropped = new Set(restored?.dropped);
  // Those restored before this was written down tell by their terms.
  const known = restored && !restored.dropped ? restored : undefined;
  const knownTo = known ? dayOf(Math.max(known.restoredAt, known.knownUntil)) : '';
  const lastForgotten = forgotten.toSorted().at(-1) ?? '';
  return ({ part, id, log, day }) => {
    if (dropped.has(id)) return true;
    if (part === 'case' || !log || !day) return known !== undefined;
    const on = part === 'kept' ? day : goneOn(startOf(day), baseDays(policy, log));
    return on <= knownTo || on <= lastForgotten;
  };
}
