import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { SimulatedClock } from '@weir/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from './disk.ts';
import type { LedgerRecord } from './record.ts';
import { fresh, open, published, segmentsOf } from './testing/store.ts';

describe('the ledger', () => {
  it('numbers records without gaps over restarts and gives a room its history back', async () => {
    const dir = fresh();
    const first = await open(dir);
    expect(await first.append([published(1), published(2)])).toBe(2);
    await first.close();
    const second = await open(dir);
    expect(await second.append([published(3)])).toBe(3);
    expect((await second.history('r', { limit: 10 })).map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(await second.history('r', { after: 1, limit: 1 })).toMatchObject([
      { offset: 2, text: '第2句', user: { id: 'u', nickname: '甲' } },
    ]);
    await second.close();
  });

  it('does not write a repeated record twice, not even one under way', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    await Promise.all([ledger.append([published(1)]), ledger.append([published(1)])]);
    await ledger.append([published(1)]);
    const held: LedgerRecord = { ...published(0), kind: 'message.held', id: 'h' };
    await ledger.append([held]);
    await ledger.append([held]);
    expect(ledger.last('content')).toBe(2);
    await ledger.close();
  });

  it('refuses another message under an offset that is taken', async () => {
    const ledger = await open(fresh());
    await ledger.append([published(1)]);
    await expect(ledger.append([published(1, { id: 'other' })])).rejects.toMatchObject({ code: 'conflict' });
    await expect(ledger.append([published(2), published(2, { id: 'other' })])).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await ledger.append([published(2)])).toBe(2);
    await ledger.close();
  });

  it('keeps what is held until it is published or refused, over restarts', async () => {
    const dir = fresh();
    const first = await open(dir);
    const held = (id: string): LedgerRecord => ({
      ...published(0),
      kind: 'message.held',
      id,
      mode: 'review',
    });
    await first.append([held('a'), held('b'), held('c')]);
    await first.append([published(1, { id: 'a' })]);
    await first.append([
      { kind: 'message.refused', ts: 1, room: 'r', broadcast: 'r', user: 'u', id: 'b', code: 'other' },
    ]);
    await first.close();
    const second = await open(dir);
    expect(second.held('r').map(({ id, mode }) => [id, mode])).toEqual([['c', 'review']]);
    await second.close();
  });

  it('shows no recalled message, and reads far behind what memory holds', async () => {
    const dir = fresh();
    const first = await open(dir);
    for (let from = 1; from <= 1_000; from += 100)
      await first.append(
        Array.from({ length: 100 }, (_, i) => [
          published(from + i),
          published(from + i, { room: 'other', id: `o${from + i}` }),
        ]).flat(),
      );
    await first.append([
      { kind: 'message.recalled', ts: 1, room: 'r', broadcast: 'r', id: 'm5', by: 'staff', reason: 'other' },
    ]);
    for (const ledger of [first, await first.close().then(() => open(dir))]) {
      if (ledger === first) continue;
      expect((await ledger.history('r', { after: 3, limit: 3 })).map(({ offset }) => offset)).toEqual([
        4, 6, 7,
      ]);
      expect((await ledger.history('r', { after: 700, limit: 200 })).map(({ offset }) => offset)).toEqual(
        Array.from({ length: 200 }, (_, i) => 701 + i),
      );
      expect(await ledger.findMessage('m5')).toEqual({ room: 'r' });
      expect(await ledger.findMessage('nobody')).toBeUndefined();
      expect((await ledger.recordsOf('m5')).map(({ kind }) => kind)).toEqual([
        'message.published',
        'message.recalled',
      ]);
      expect(await ledger.recordsOf('nobody')).toEqual([]);
      await ledger.close();
    }
  });

  it('lets nobody else write, and forgets a dead writer at once', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    await expect(open(dir)).rejects.toThrow(/Another process writes/);
    await ledger.close();
    await (await open(dir)).close();
  });

  it('applies decided records once, in order, without gaps', async () => {
    const ledger = await open(fresh());
    const decision = (n: number): LedgerRecord => ({ kind: 'decision.made', ts: n, id: `d${n}` });
    await ledger.apply('moderation', 1, decision(1));
    await ledger.apply('moderation', 1, decision(1));
    await expect(ledger.apply('moderation', 3, decision(3))).rejects.toMatchObject({ code: 'conflict' });
    await ledger.apply('moderation', 2, decision(2));
    expect(ledger.last('moderation')).toBe(2);
    await ledger.close();
  });

  it('seals for PostgreSQL what only this disk can open', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    const record: LedgerRecord = {
      kind: 'decision.made',
      ts: Date.UTC(2026, 10, 24, 20),
      note: '中性的说明',
    };
    const sealed = ledger.seal('moderation', record);
    expect(sealed.day).toBe('2026-11-25');
    expect(sealed.bytes.includes(Buffer.from('中性'))).toBe(false);
    expect(ledger.unseal('moderation', sealed)).toEqual(record);
    expect(() => ledger.unseal('access', sealed)).toThrow();
    sealed.bytes[20] = (sealed.bytes[20] ?? 0) ^ 1;
    expect(() => ledger.unseal('moderation', sealed)).toThrow();
    await ledger.close();
  });

  it('searches by kind, person, room, time and text', async () => {
    const ledger = await open(fresh());
    await ledger.append([
      published(1),
      published(2, { user: 'v' }),
      { kind: 'broadcast.cut', ts: 5_000, broadcast: 'r', note: 'x' },
    ]);
    await ledger.apply('moderation', 1, { kind: 'decision.made', ts: 6_000, broadcast: 'r' });
    const all = async (query: object): Promise<string[]> =>
      (await Array.fromAsync(ledger.search(query))).map(({ log, n }) => `${log} ${n}`);
    expect(await all({ broadcast: 'r' })).toEqual(['content 1', 'content 2', 'content 3', 'moderation 1']);
    expect(await all({ user: 'v' })).toEqual(['content 2']);
    expect(await all({ text: '第1' })).toEqual(['content 1']);
    expect(await all({ kind: 'broadcast.cut', from: 5_000, to: 5_001 })).toEqual(['content 3']);
    expect(await all({ limit: 2 })).toEqual(['content 1', 'content 2']);
    await ledger.close();
  });
});

describe('a disk that fails', () => {
  /** Fails the nth sync, as fsync does once after the kernel lost pages. */
  const failing = (at: (n: number) => boolean): Disk => {
    let syncs = 0;
    return {
      ...realDisk,
      async create(path) {
        const file = await realDisk.create(path);
        let dead = false;
        return {
          ...file,
          async sync() {
            if (dead) throw new Error('synced again after it failed');
            dead = at(++syncs);
            if (dead) throw Object.assign(new Error('EIO'), { code: 'EIO' });
            await file.sync();
          },
        };
      },
    };
  };

  it('abandons the file after one failure, and loses and doubles nothing', async () => {
    const dir = fresh();
    const ledger = await open(dir, { disk: failing((n) => n === 2) });
    for (let offset = 1; offset <= 4; offset++) expect(await ledger.append([published(offset)])).toBe(offset);
    await ledger.close();
    expect(segmentsOf(dir)).toHaveLength(2);
    const again = await open(dir);
    expect((await again.history('r', { limit: 10 })).map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
    expect((await Array.fromAsync(again.search({ log: 'content' }))).map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    await again.close();
  });

  it('tells the caller where it fails twice, and counts nothing of it', async () => {
    const dir = fresh();
    const ledger = await open(dir, { disk: failing((n) => n === 2 || n === 3) });
    await ledger.append([published(1)]);
    await expect(ledger.append([published(2)])).rejects.toMatchObject({ code: 'storage_failed' });
    expect(await ledger.append([published(2, { id: 'later' })])).toBe(2);
    await ledger.close();
    const again = await open(dir);
    expect((await again.history('r', { limit: 10 })).map(({ id }) => id)).toEqual(['m1', 'later']);
    await again.close();
  });
});

describe('a crash', () => {
  it('at any byte of the tail costs only what was not whole', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    await ledger.append([published(1), published(2), published(3)]);
    await ledger.close();
    const path = segmentsOf(dir)[0] ?? '';
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        const copy = fresh();
        const first = await open(copy);
        await first.close();
        writeFileSync(path.replace(dir, copy), whole.subarray(0, length));
        const lines = whole.subarray(0, length).toString('latin1').split('\n').length - 1;
        const again = await open(copy);
        expect(again.last('content')).toBe(lines);
        expect(await again.append([published(lines + 1)])).toBe(lines + 1);
        await again.close();
        const third = await open(copy);
        expect((await third.history('r', { limit: 10 })).map(({ offset }) => offset)).toEqual(
          Array.from({ length: lines + 1 }, (_, i) => i + 1),
        );
        await third.close();
      }),
      { numRuns: 60 },
    );
  }, 180_000);

  it('of the file’s middle is told with its place, never passed over; what was signed must be there', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    await ledger.append([published(1)]);
    await ledger.close();
    const path = segmentsOf(dir)[0] ?? '';
    const { length } = readFileSync(path);
    appendFileSync(path, 'no record\n');
    await expect(open(dir)).rejects.toThrow(/damaged at byte/);
    truncateSync(path, length);
    await (await open(dir)).close();
    truncateSync(path, 0);
    await expect(open(dir)).rejects.toThrow(/ends at record 0, and 1 was signed/);
  });
});

it('turns a segment over by its age', async () => {
  const dir = fresh();
  const clock = new SimulatedClock();
  const ledger = await open(dir, { clock });
  await ledger.append([published(1)]);
  clock.advance(11 * 60_000);
  await ledger.append([published(2)]);
  expect(segmentsOf(dir)).toHaveLength(2);
  await ledger.close();
});
