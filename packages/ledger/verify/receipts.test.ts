import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { s3PlaceOf } from '../storage/place.ts';
import type { StorageAt } from '../storage/storage.ts';
import { TestBucket } from '../testing/bucket.ts';
import { DAY_MS } from '../testing/days.ts';
import { purged } from '../testing/purged.ts';
import { fresh } from '../testing/store.ts';
import { type ReceiptsOptions, type ReceiptsReport, verifyReceipts } from './receipts.ts';
import { verifyStore } from './verify.ts';

async function receiptsOf(
  dir: string,
  mayLack?: ReceiptsOptions['mayLack'],
  storage?: StorageAt,
): Promise<ReceiptsReport> {
  const place = storage ? { storage } : {};
  const reports = await verifyStore({ dir, ...place });
  const purgedDays = new Map(reports.map((report) => [report.log, report.purgedDays]));
  return verifyReceipts({ dir, purgedDays, againMs: 1, ...place, ...(mayLack ? { mayLack } : {}) });
}

describe('the receipts of a store', () => {
  it('account for each day that is gone, for what outlived it, and for what is held', async () => {
    const dir = fresh();
    const { ledger, holds, receipt, held, close } = await purged(dir);
    expect((await receiptsOf(dir)).faults).toEqual([
      expect.stringMatching(/^content \d{4}-\d\d-\d\d: is gone without a receipt$/),
    ]);
    await ledger.apply('retention', 2, receipt as Parameters<typeof ledger.apply>[2]);
    expect(await receiptsOf(dir)).toMatchObject({ purged: 1, kept: 1, cases: 1, leftOut: 0, faults: [] });
    for (const [folder, fault] of [
      ['kept', /^kept content .*: 0 of 1 records that outlived .* are there$/],
      ['cases', /^case .*: was held, is gone, and nobody released it$/],
    ] as const) {
      renameSync(join(dir, folder), join(dir, 'away'));
      expect((await receiptsOf(dir)).faults).toEqual([expect.stringMatching(fault)]);
      expect(await receiptsOf(dir, () => true)).toMatchObject({ leftOut: 1, faults: [] });
      renameSync(join(dir, 'away'), join(dir, folder));
    }
    await ledger.apply('retention', 3, { kind: 'hold.released', ts: Date.now(), id: held, case: 'C' });
    await holds.release(held);
    expect(await receiptsOf(dir)).toMatchObject({ purged: 1, kept: 1, cases: 0, faults: [] });
    await close();
  });

  it('that lie here are held against the store while the bucket is away, and the others are not taken for missing', async () => {
    const dir = fresh();
    const { ledger, clock, receipt, close } = await purged(dir);
    await ledger.apply('retention', 2, receipt as Parameters<typeof ledger.apply>[2]);
    clock.moveTo(63 * DAY_MS);
    await ledger.apply('retention', 3, { kind: 'retention.confirmed', ts: clock.now() });
    // A day is sealed once its records are signed.
    await ledger.sign();
    await ledger.sealDue();
    await close();
    const bucket = new TestBucket();
    const away = s3PlaceOf(await bucket.listen());
    await bucket.close();
    const look = () => receiptsOf(dir, undefined, away);
    expect(await look()).toMatchObject({ purged: 1, kept: 1, cases: 1, unchecked: 0, faults: [] });
    expect((await look()).isPartial).toBeUndefined();
    const sealed = join(dir, 'retention', 'sealed');
    const [placedOn = '', purgedOn = ''] = readdirSync(sealed).sort();
    /** The objects of a day as where they lie in the bucket alone: its run is here. */
    const inBucket = (day: string, is: boolean): void => {
      const [from, to] = is ? ['', '.away'] : ['.away', ''];
      for (const name of ['person', 'room'])
        for (const file of readdirSync(join(sealed, day)).filter((one) => one.endsWith(name + from)))
          renameSync(
            join(sealed, day, file),
            join(sealed, day, file.slice(0, file.length - from.length) + to),
          );
    };
    // The receipt cannot be read: whatever is gone may be in it.
    inBucket(purgedOn, true);
    expect(await look()).toMatchObject({ purged: 0, cases: 1, unchecked: 1, isPartial: true, faults: [] });
    inBucket(purgedOn, false);
    // What can be read is held against the store: no older record excuses what a later one would have to.
    inBucket(placedOn, true);
    expect(await look()).toMatchObject({ purged: 1, kept: 1, cases: 0, unchecked: 0, isPartial: true });
    renameSync(join(dir, 'kept'), join(dir, 'away'));
    expect((await look()).faults).toEqual([expect.stringMatching(/^kept content .*: 0 of 1 records/)]);
  });
});
