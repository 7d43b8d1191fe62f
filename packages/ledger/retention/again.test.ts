import { describe, expect, it } from 'vitest';
import type { LedgerRecord } from '../record.ts';
import { openKeeping, SetClock } from '../testing/keeping.ts';
import { fresh } from '../testing/store.ts';
import { verifyKeptStore } from '../verify/kept.ts';
import { verifyReceipts } from '../verify/receipts.ts';
import { verifyStore } from '../verify/verify.ts';

const DAY_MS = 86_400_000;

const said = (offset: number, ts: number, text: string): LedgerRecord => ({
  kind: 'message.published',
  ts,
  room: 'shop',
  broadcast: 'shop',
  user: 'u',
  nickname: '甲',
  id: `shop-${offset}`,
  offset,
  text,
  pts: offset,
});

describe('a day that comes twice, since the clock was set back', () => {
  it('is purged twice, and what outlived it the first time is still there', async () => {
    const dir = fresh();
    const clock = new SetClock();
    const kept = await openKeeping(dir, clock);
    const { ledger, retention, world, receipts } = kept;
    world.commerce.add('shop');
    /** As many days on as two persons say are right. */
    const purge = async (): Promise<void> => {
      clock.offsetMs = 61 * DAY_MS;
      await retention.run({ by: 'persons', has: () => true });
      clock.offsetMs = 0;
    };
    const texts = async (): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const { record } of retention.records('content')) found.push(record['text']);
      return found.sort();
    };
    await ledger.append([said(1, clock.now(), 'first')]);
    await purge();
    expect(await texts()).toEqual(['first']);
    await ledger.append([said(2, clock.now(), 'second')]);
    await purge();
    expect(await texts()).toEqual(['first', 'second']);
    const reports = [...(await verifyStore({ dir })), ...(await verifyKeptStore({ dir }))];
    expect(reports.flatMap(({ fault }) => fault ?? [])).toEqual([]);
    for (const [i, { id, at: ts, ...rest }] of receipts.entries())
      await ledger.apply('retention', i + 1, { kind: 'retention.purged', ts, id, ...rest });
    const purgedDays = new Map([['content' as const, receipts.map(({ parts }) => parts[0]?.day ?? '')]]);
    expect(await verifyReceipts({ dir, purgedDays, againMs: 1 })).toMatchObject({ kept: 2, faults: [] });
    await kept.close();
  });
});
