import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { realDisk } from '../disk.ts';
import type { Ledger } from '../ledger.ts';
import type { LedgerRecord } from '../record.ts';
import { fresh, open, published, segmentsOf } from '../testing/store.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 20, 4);

const filesOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /sealed.*\.(room|person|run)$/.test(name),
  );

/** Records of every form: plain ones, ones with fields that have no column, with escapes, without a room. */
const records = (day: number, count = 60): LedgerRecord[] =>
  Array.from({ length: count }, (_, i): LedgerRecord => {
    const ts = NOON + day * DAY_MS + i * 1_000;
    const room = `room-${i % 3}`;
    const offset = day * count + i + 1;
    if (i % 20 === 7)
      return { kind: 'gate.changed', ts, broadcast: room, media: { mode: 'review', delayMs: 1.5 } };
    if (i % 20 === 9)
      return {
        kind: 'message.refused',
        ts,
        room,
        broadcast: room,
        user: 'u',
        id: newId(),
        text: `"${i}"\n`,
        code: 'x',
      };
    const id = i % 5 === 0 ? `other-${day}-${i}` : newId();
    const text = i % 7 === 0 ? `第${i}句 "引号" \\ \u0001 😀` : `第${i}句`;
    return published(offset, {
      ts,
      room,
      broadcast: room,
      id,
      user: `user-${i % 4}`,
      text,
      pts: i % 11 === 0 ? 1.5 : i,
    });
  });

const all = async (ledger: Ledger, query: object = {}): Promise<unknown[]> =>
  Array.fromAsync(ledger.search(query));

async function answers(ledger: Ledger): Promise<unknown> {
  const rooms = ['room-0', 'room-1', 'room-2', 'nowhere'];
  return {
    all: await all(ledger),
    user: await all(ledger, { user: 'user-2' }),
    room: await all(ledger, { room: 'room-1', text: '第1' }),
    escaped: await all(ledger, { text: '"引号" \\' }),
    kind: await all(ledger, { kind: 'gate.changed' }),
    time: await all(ledger, { from: NOON + DAY_MS, to: NOON + DAY_MS + 10_000 }),
    behind: await all(ledger, { after: { log: 'content', n: 77 }, limit: 5 }),
    latest: await Promise.all(rooms.map((room) => ledger.history(room, { limit: 10 }))),
    far: await Promise.all(rooms.map((room) => ledger.history(room, { after: 3, limit: 30 }))),
    offsets: rooms.map((room) => ledger.offset(room)),
    message: (await ledger.recordsOf('other-1-10')).map(({ kind }) => kind),
  };
}

describe('sealing a day', () => {
  it('changes no answer, and leaves no segment and no plaintext of it behind', async () => {
    const dir = fresh();
    const clock = new SimulatedClock(NOON);
    // The one on this disk works in this process, the other in a process of its own.
    const ledger = await open(dir, { clock, disk: { ...realDisk } });
    for (let day = 0; day < 3; day++) {
      for (const record of records(day)) {
        await ledger.append([record]);
        clock.advance(7_000);
      }
      await ledger.append([
        {
          kind: 'message.recalled',
          ts: clock.now(),
          room: 'room-1',
          broadcast: 'room-1',
          id: `other-${day}-10`,
          by: 's',
        },
      ]);
      clock.advance(DAY_MS - 60 * 7_000);
    }
    await ledger.sign();
    const before = await answers(ledger);
    expect(before).toMatchObject({ message: ['message.published', 'message.recalled'] });
    await ledger.sealDue();
    expect(filesOf(dir).length).toBe(9);
    expect(segmentsOf(dir)).toEqual([]);
    expect(await answers(ledger)).toEqual(before);
    await ledger.close();
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!/sealed.*\.(room|person|run)$|sqlite/.test(name)) continue;
      expect(readFileSync(join(dir, name)).includes('引号'), name).toBe(false);
    }
    const again = await open(dir, { clock });
    expect(await answers(again)).toEqual(before);
    expect(await again.append([published(999, { room: 'room-0' })])).toBe(184);
    await again.close();
  }, 60_000);
});
