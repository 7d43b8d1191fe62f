import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MovedClock, Problem } from '@weir/kit';
import { expect, it } from 'vitest';
import { openKeeping } from '../testing/keeping.ts';
import { fresh, published } from '../testing/store.ts';
import { verifyKeptStore } from '../verify/kept.ts';
import type { DerivedStore } from './stores.ts';

const DAY_MS = 86_400_000;
const ROUNDS = process.env['WEIR_TEST_FULL'] === '1' ? 60 : 8;
const MESSAGES = 400;
const PICTURE = Buffer.from('a picture of nothing, again and again '.repeat(50_000));
const PATH = 'r/2026-01-01/1.2.s.flv';

/** A hold of everything that is due, begun so many ms after a purge (before it, where less than none). */
async function race(lagMs: number): Promise<'held' | 'gone'> {
  const dir = fresh();
  const clock = new MovedClock(0);
  const media = join(dir, 'media', PATH);
  const recordings: DerivedStore = {
    name: 'recordings',
    holds: 'picture',
    paths: ['media/'],
    async purge() {
      if (!existsSync(media)) return { removed: 0, bytes: 0 };
      rmSync(media);
      return { removed: 1, bytes: PICTURE.length };
    },
  };
  const { ledger, holds, retention, close } = await openKeeping(dir, clock, { stores: [recordings] });
  const ts = clock.now();
  mkdirSync(dirname(media), { recursive: true });
  writeFileSync(media, PICTURE);
  const hash = createHash('sha256').update(PICTURE).digest('hex');
  const recorded = { kind: 'segment.recorded', ts, broadcast: 'r', path: PATH, bytes: PICTURE.length, hash };
  await ledger.append([
    ...Array.from({ length: MESSAGES }, (_, i) => published(i + 1, { ts })),
    { ...recorded, session: 's', fromMs: ts, toMs: ts },
  ]);
  clock.moveTo(61 * DAY_MS);
  const hold = async (): Promise<'held' | 'gone'> => {
    const ask = { case: 'C-1', reason: '同时', responsible: 'x', reviewOn: '2126-01-01' };
    try {
      const placed = await holds.place({ ...ask, what: { broadcast: 'r' }, quotaBytes: 9e6 }, 'admin');
      expect([placed.records, placed.media.length, placed.missing]).toEqual([MESSAGES + 1, 1, []]);
      return 'held';
    } catch (why) {
      expect(why instanceof Problem ? why.code : why).toBe('not_found');
      return 'gone';
    }
  };
  const purge = async (): Promise<void> => {
    expect((await retention.run())?.parts).toMatchObject([{ gone: MESSAGES + 1 }]);
  };
  const late = Math.max(0, lagMs);
  const [outcome] = await Promise.all([
    lagMs < 0 ? hold() : sleep(late).then(hold),
    lagMs < 0 ? sleep(-lagMs).then(purge) : purge(),
  ]);
  await close();
  expect(await retention.records('content').next()).toMatchObject({ done: true });
  const cases = existsSync(join(dir, 'cases')) ? readdirSync(join(dir, 'cases')) : [];
  const whole = [{ checked: MESSAGES + 1, media: 1 }];
  expect(await verifyKeptStore({ dir })).toMatchObject(outcome === 'held' ? whole : []);
  expect(cases).toHaveLength(outcome === 'held' ? 1 : 0);
  return outcome;
}

it('a hold and a purge that meet take turns: what is held is whole and verifies, or nothing is held', async () => {
  const outcomes: string[] = [];
  for (let round = 0; round < ROUNDS; round++) outcomes.push(await race(round - ROUNDS / 2));
  // Whoever came first had its way.
  const half = (outcome: string): string[] => Array(ROUNDS / 2).fill(outcome);
  expect(outcomes).toEqual([...half('held'), ...half('gone')]);
}, 300_000);
