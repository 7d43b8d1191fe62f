import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import type { LedgerRecord } from '../record.ts';
import { type Keeping, openKeeping, SetClock } from '../testing/keeping.ts';
import { fresh } from '../testing/store.ts';
import { verifyKeptStore } from '../verify/kept.ts';
import { verifyStore } from '../verify/verify.ts';
import { GOES_ON } from './due.ts';
import type { PlanItem } from './retention.ts';

const DAY_MS = 86_400_000;

const message = (room: string, offset: number, ts: number): LedgerRecord => ({
  kind: 'message.published',
  ts,
  room,
  broadcast: room,
  user: 'u',
  nickname: '甲',
  id: `${room}-${offset}`,
  offset,
  text: `在${room}里说的第${offset}句`,
  pts: offset,
});

/** All that `weir verify` would find wrong. */
async function faultsOf(dir: string): Promise<string[]> {
  const found = [...(await verifyStore({ dir })), ...(await verifyKeptStore({ dir }))];
  return found.flatMap(({ fault }) => (fault ? [fault] : []));
}

const textsOf = async ({ retention }: Keeping): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { record } of retention.records('content'))
    texts.push(String(record['text'] ?? record.kind));
  return texts.sort();
};

/** Files below a folder that hold a text in clear. */
const filesWith = (dir: string, text: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text));

const stateOf = (items: PlanItem[], id: string): string | undefined =>
  items.find((item) => item.id === id)?.state;

describe('a purge', () => {
  it('leaves all there on day 59, and on day 61 nothing but what must live longer', async () => {
    const dir = fresh();
    const clock = new MovedClock(0);
    const kept = await openKeeping(dir, clock);
    const { ledger, retention, world } = kept;
    const from = clock.now();
    world.commerce.add('shop');
    world.ends.set('long', GOES_ON);
    world.effects.set('o1', GOES_ON);
    await ledger.append([message('plain', 1, from), message('plain', 2, from), message('shop', 1, from)]);
    await ledger.append([message('long', 1, from)]);
    await ledger.apply('moderation', 1, {
      kind: 'decision.made',
      ts: from,
      decision: 'recall',
      message: 'plain-2',
      order: 'o1',
    });
    clock.moveTo(59 * DAY_MS);
    expect(await retention.run()).toBeUndefined();
    expect(await textsOf(kept)).toHaveLength(4);
    clock.moveTo(61 * DAY_MS);
    const receipt = await retention.run();
    expect(receipt?.parts).toMatchObject([
      { log: 'content', part: 'day', gone: 1, evidence: 'running_time' },
    ]);
    expect(Object.values(receipt?.parts[0]?.carried ?? {})).toEqual(expect.arrayContaining([1]));
    expect(receipt?.beyond).toContain('freed_disk_blocks');
    expect(await textsOf(kept)).toEqual(['在long里说的第1句', '在plain里说的第2句', '在shop里说的第1句']);
    // What lives on lies under a key; what is gone is in no file.
    for (const text of ['在plain里说的第1句', '在shop里说的第1句']) expect(filesWith(dir, text)).toEqual([]);
    // What outlived its day is found in order, page by page, as long as it is there.
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await ledger.page(
        { log: 'content', limit: 1 },
        { cursor: cursor ?? undefined, withinMs: 9e6 },
      );
      pages.push(page.items.map((found) => ('text' in found ? found.text : found.kind)));
      cursor = page.next;
    }
    expect(pages).toEqual([['在plain里说的第2句'], ['在shop里说的第1句'], ['在long里说的第1句'], []]);
    const named = await Array.fromAsync(ledger.search({ room: 'shop', text: '第1句' }));
    expect(named).toMatchObject([{ n: 3, log: 'content' }]);
    expect(ledger.offset('plain')).toBe(2);
    expect(await faultsOf(dir)).toEqual([]);
    await kept.close();
    // Another process: the store opens, goes on, and gives no offset twice.
    const again = await openKeeping(dir, clock, { world });
    expect(again.ledger.offset('plain')).toBe(2);
    await again.ledger.append([message('plain', 3, clock.now())]);
    expect((await Array.fromAsync(again.ledger.search({ log: 'content' }))).map(({ n }) => n)).toEqual([
      2, 3, 4, 5,
    ]);
    expect(await textsOf(again)).toHaveLength(4);
    // The long broadcast ends; the decision is lifted; each goes on its own day.
    world.ends.set('long', clock.now());
    world.effects.set('o1', clock.now());
    clock.moveTo(125 * DAY_MS);
    await again.retention.run();
    expect(await textsOf(again)).toEqual(['在plain里说的第2句', '在shop里说的第1句']);
    clock.moveTo((61 + 60 + 366 + 2) * DAY_MS);
    await again.retention.run();
    await again.retention.run();
    expect(await textsOf(again)).toEqual(['在shop里说的第1句']);
    clock.moveTo(1_100 * DAY_MS);
    await again.retention.run();
    expect(await textsOf(again)).toEqual([]);
    expect(await faultsOf(dir)).toEqual([]);
    await again.close();
  }, 180_000);

  it('believes no clock that somebody set, forwards or back, and asks two persons then', async () => {
    const dir = fresh();
    const clock = new SetClock();
    const { ledger, retention, close } = await openKeeping(dir, clock);
    await ledger.append([message('now', 1, clock.now())]);
    await retention.look();
    // Ahead: everything seems due.
    clock.offsetMs = 400 * DAY_MS;
    await ledger.append([message('ahead', 1, clock.now())]);
    expect(await retention.run()).toBeUndefined();
    // Back: what is written now seems old enough when the clock is right again.
    clock.offsetMs = -400 * DAY_MS;
    await ledger.append([message('back', 1, clock.now())]);
    await retention.look();
    clock.offsetMs = 0;
    expect(await retention.run()).toBeUndefined();
    const items = await retention.plan();
    const unproven = items.filter(({ state }) => state === 'unproven').map(({ id }) => id);
    expect(unproven).toHaveLength(1);
    const numbers = (await Array.fromAsync(ledger.search({ log: 'content' }))).map(({ n, room }) => [
      n,
      room,
    ]);
    expect(numbers).toEqual([
      [1, 'now'],
      [2, 'ahead'],
      [3, 'back'],
    ]);
    const receipt = await retention.run({ by: 'persons', has: (id) => new Set<string>(unproven).has(id) });
    expect(receipt?.parts).toMatchObject([{ id: unproven[0], gone: 1, evidence: 'persons' }]);
    await close();
    expect(await faultsOf(dir)).toEqual([]);
    // A gap counts a day at most, however long the wall clock says it was.
    clock.offsetMs = 90 * DAY_MS;
    const later = await openKeeping(dir, clock);
    expect(later.running.accruedMs).toBeLessThan(1.1 * DAY_MS);
    expect(later.running.accruedMs).toBeGreaterThan(0.9 * DAY_MS);
    expect(await later.retention.run()).toBeUndefined();
    await later.close();
  });

  it('lets a day go that a clock set back has parted, whichever of its neighbours went first', async () => {
    const dir = fresh();
    const clock = new SetClock();
    for (const [i, days] of [0, -400].entries()) {
      clock.offsetMs = days * DAY_MS;
      const early = await openKeeping(dir, clock);
      await early.ledger.append([message('plain', i + 1, clock.now())]);
      await early.close();
    }
    clock.offsetMs = 400 * DAY_MS;
    const kept = await openKeeping(dir, clock);
    await kept.ledger.append([message('plain', 3, clock.now())]);
    const receipt = await kept.retention.run({ by: 'persons', has: () => true });
    expect([receipt?.failed, receipt?.parts.map(({ gone }) => gone)]).toEqual([[], [1, 1]]);
    expect(await textsOf(kept)).toEqual(['在plain里说的第3句']);
    await kept.close();
    expect(await faultsOf(dir)).toEqual([]);
  }, 180_000);

  it('takes the word of an outside witness of then and of now', async () => {
    const dir = fresh();
    const clock = new SetClock();
    const kept = await openKeeping(dir, clock);
    const { ledger, retention, world, close } = kept;
    const from = clock.now();
    await ledger.append([message('r', 1, from)]);
    await retention.look();
    clock.offsetMs = 70 * DAY_MS;
    // Somebody who has seen nothing of the store before cannot say how old it is.
    world.witnessed = from + 70 * DAY_MS;
    expect(await retention.run()).toBeUndefined();
    world.witnessed = from + 100 * DAY_MS;
    expect(await retention.run()).toBeUndefined();
    world.witnessed = from + 132 * DAY_MS;
    clock.offsetMs = 132 * DAY_MS;
    expect((await retention.run())?.parts).toMatchObject([{ evidence: 'witness', gone: 1 }]);
    await close();
  });

  it('is finished by the next start where a crash broke it off, with one receipt', async () => {
    const dir = fresh();
    const clock = new MovedClock(0);
    const kept = await openKeeping(dir, clock, {
      stores: [
        {
          name: 'dies',
          holds: 'text',
          paths: [],
          purge: () => new Promise(() => {}),
        },
      ],
    });
    kept.world.commerce.add('shop');
    await kept.ledger.append([message('r', 1, clock.now()), message('shop', 1, clock.now())]);
    clock.moveTo(61 * DAY_MS);
    // Keys and files are gone, the stores hang: the process dies here.
    void kept.retention.run();
    await expect.poll(() => filesWith(dir, '在r里说的第1句')).toEqual([]);
    await kept.ledger.close();
    const again = await openKeeping(dir, clock, { world: kept.world });
    const receipts = again.receipts;
    await again.retention.run();
    await again.retention.run();
    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.parts).toMatchObject([{ gone: 1 }]);
    expect(existsSync(join(dir, 'purging'))).toBe(false);
    expect(await textsOf(again)).toEqual(['在shop里说的第1句']);
    await again.close();
    expect(await faultsOf(dir)).toEqual([]);
  });

  it('leaves a part alone in which somebody altered a record, and says so', async () => {
    const dir = fresh();
    const clock = new MovedClock(0);
    const { ledger, retention, close } = await openKeeping(dir, clock);
    await ledger.append([message('r', 1, clock.now())]);
    await ledger.sign();
    const [segment = ''] = readdirSync(join(dir, 'content')).filter((name) => name.endsWith('.ndjson'));
    const path = join(dir, 'content', segment);
    writeFileSync(path, readFileSync(path, 'utf8').replace('第1句', '第2句'));
    clock.moveTo(61 * DAY_MS);
    const receipt = await retention.run();
    expect(receipt?.parts).toEqual([]);
    expect(receipt?.failed).toMatchObject([{ why: expect.stringMatching(/altered/) }]);
    expect(existsSync(path)).toBe(true);
    const items = await retention.plan();
    expect(stateOf(items, receipt?.failed[0]?.id ?? '')).toBe('due');
    await close();
  });
});
