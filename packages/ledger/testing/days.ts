import { readdirSync } from 'node:fs';
import { newId, type SimulatedClock } from '@weir/kit';
import type { Ledger } from '../ledger.ts';
import type { LedgerRecord } from '../record.ts';
import { published } from './store.ts';

export const DAY_MS = 86_400_000;
/** Noon in Shanghai on 20 November 2026. */
export const NOON = Date.UTC(2026, 10, 20, 4);
const STEP_MS = 7_000;

/** The objects of sealed days in a store, as paths below it. */
export const sealedIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /sealed.*\.(room|person|run)$/.test(name))
    .sort();

/** A day's records of every form: plain ones, ones with fields that have no column, with escapes, without a room. */
export const dayOfRecords = (day: number, count = 60): LedgerRecord[] =>
  Array.from({ length: count }, (_, i): LedgerRecord => {
    const ts = NOON + day * DAY_MS + i * 1_000;
    const room = `room-${i % 3}`;
    const offset = day * count + i + 1;
    const base = { ts, room, broadcast: room };
    if (i % 20 === 7)
      return { kind: 'gate.changed', ts, broadcast: room, media: { mode: 'review', delayMs: 1.5 } };
    if (i % 20 === 9)
      return { ...base, kind: 'message.refused', user: 'u', id: newId(), text: `"${i}"\n`, code: 'x' };
    const id = i % 5 === 0 ? `other-${day}-${i}` : newId();
    const text = i % 7 === 0 ? `第${i}句 "引号" \\ \u0001 😀` : `第${i}句`;
    return published(offset, { ...base, id, user: `user-${i % 4}`, text, pts: i % 11 === 0 ? 1.5 : i });
  });

/** Appends a day's records some seconds apart, then lets the clock go on to the same time of the next day. */
export async function liveDay(ledger: Ledger, clock: SimulatedClock, day: number, count = 60): Promise<void> {
  for (const record of dayOfRecords(day, count)) {
    await ledger.append([record]);
    clock.advance(STEP_MS);
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
  clock.advance(DAY_MS - count * STEP_MS);
  await ledger.sign();
}

/** What a store answers to questions of every kind: the same before, while and after its days are sealed. */
export async function answersOf(ledger: Ledger): Promise<Record<string, unknown>> {
  const rooms = ['room-0', 'room-1', 'room-2', 'nowhere'];
  const search = (query: object): Promise<unknown[]> => Array.fromAsync(ledger.search(query));
  return {
    all: await search({}),
    user: await search({ user: 'user-2' }),
    room: await search({ room: 'room-1', text: '第1' }),
    escaped: await search({ text: '"引号" \\' }),
    kind: await search({ kind: 'gate.changed' }),
    time: await search({ from: NOON + DAY_MS, to: NOON + DAY_MS + 10_000 }),
    behind: await search({ after: { log: 'content', n: 77 }, limit: 5 }),
    latest: await Promise.all(rooms.map((room) => ledger.history(room, { limit: 10 }))),
    far: await Promise.all(rooms.map((room) => ledger.history(room, { after: 3, limit: 30 }))),
    offsets: rooms.map((room) => ledger.offset(room)),
    found: await ledger.findMessage('other-0-10'),
    message: (await ledger.recordsOf('other-1-10')).map(({ kind }) => kind),
    nobody: await ledger.findMessage(newId()),
  };
}
