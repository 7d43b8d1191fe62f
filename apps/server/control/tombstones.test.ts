import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { type Cut, FOLLOW_UPS, Tombstones } from './tombstones.ts';

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'weir-stones-')), 'tombstones.ndjson');
const cutOf = (over: Partial<Cut> = {}): Cut => ({
  order: newId(),
  broadcast: newId(),
  reason: 'other',
  orderedAt: 1_000,
  by: 'somebody',
  edges: {},
  done: [],
  ...over,
});

describe('tombstones', () => {
  it('stand after a restart, with what edges reported and what was done', async () => {
    const path = fresh();
    const stones = await Tombstones.open(path);
    const cut = cutOf({ edges: { 1: { closedNoLaterThan: 5_000 } } });
    await stones.cut(cut);
    const report = {
      edge: '1',
      gatesClosedAt: 1_001,
      lastWriteAt: null,
      lastResetAt: null,
      publisherKickedAt: null,
      viewers: 3,
    };
    await stones.report(cut.order, report);
    await stones.done(cut.order, 'content');
    await stones.close();
    const again = (await Tombstones.open(path)).get(cut.broadcast);
    expect(again).toMatchObject({ order: cut.order, done: ['content'] });
    expect(again?.edges['1']).toEqual({ closedNoLaterThan: 5_000, report });
  });

  it('that were lifted stay lifted, also where the cut was written again behind it', async () => {
    const path = fresh();
    const stones = await Tombstones.open(path);
    const cut = cutOf();
    await stones.cut(cut);
    const restore = newId();
    await stones.lift(cut.order, restore, 2_000);
    await stones.cut(cut);
    await stones.close();
    const again = await Tombstones.open(path);
    expect([again.get(cut.broadcast), again.liftedBy(cut.order)]).toEqual([undefined, restore]);
  });

  it('that are lifted and done leave two ids, and no sealed text stays behind its use', async () => {
    const path = fresh();
    const sealed = { day: '2026-01-01', bytes: 'c2VhbGVk' };
    const stones = await Tombstones.open(path);
    const over = cutOf({ sealed, done: [...FOLLOW_UPS] });
    const standing = cutOf({ sealed, done: [...FOLLOW_UPS] });
    const waiting = cutOf({ sealed });
    for (const cut of [over, standing, waiting]) await stones.cut(cut);
    await stones.lift(over.order, newId(), 2_000);
    await stones.close();
    const again = await Tombstones.open(path);
    expect([again.byOrder(over.order), again.get(standing.broadcast)?.order]).toEqual([
      undefined,
      standing.order,
    ]);
    expect(again.liftedBy(over.order)).toBeTruthy();
    expect(again.unfinished().map(({ order }) => order)).toEqual([waiting.order]);
    const text = readFileSync(path, 'utf8');
    expect(text.match(/c2VhbGVk/g)).toHaveLength(1);
    expect(text).not.toContain(over.broadcast);
  });
});
