import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyStore } from '@weir/ledger';
import { usedSeconds } from '../process.ts';
import { type Options, type Row, row } from '../row.ts';
import { sized } from '../size.ts';
import { buildDays, type Days, openDays } from './days.ts';
import { inPostgres } from './postgres.ts';
import { DAY_MS, MIDNIGHT, PEOPLE, personOf, roomOf, Talk } from './talk.ts';

const DAYS = sized(60, 2);
const MESSAGES = sized(20_000_000, 4_000);

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const began = performance.now();
  const value = await run();
  return { ms: performance.now() - began, value };
}

/**
 * Days that are over, sealed, searched and verified, beside PostgreSQL with an index by person and one by room. With
 * `store` they stay there, and are read again by the next run.
 */
export async function* sealedDays({ peers, messages = MESSAGES, store }: Options): AsyncGenerator<Row> {
  const dir = store ?? mkdtempSync(join(tmpdir(), 'weir-bench-sealed-'));
  try {
    yield* figures({ dir, days: DAYS, perDay: Math.floor(messages / DAYS) }, peers);
  } finally {
    if (store === undefined) rmSync(dir, { recursive: true });
  }
}

async function* figures(days: Days, peers: boolean): AsyncGenerator<Row> {
  const records = days.perDay * days.days;
  const sealing = await buildDays(days);
  if (sealing !== undefined) yield row('ledger', 'seal', records / (sealing / 1_000), 'records/s');
  const opened = await timed(() => openDays(days));
  const ledger = opened.value;
  yield row('ledger', 'open_sealed', opened.ms / 1_000, 's');
  const files = await ledger.files('content', '2026-09-21');
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0) / days.perDay;
  const peer = peers ? await inPostgres(new Talk().batch(0, days.perDay, 0, days.perDay)) : null;
  yield row('ledger', 'sealed_size', bytes, 'B/message', peers ? 'postgresql' : null, peer);

  const search = (query: object) => Array.fromAsync(ledger.search({ log: 'content', ...query }));
  // The process that reads sealed days is there; what is asked for then was not read before.
  await search({ user: personOf(PEOPLE - 1), from: MIDNIGHT, to: MIDNIGHT + 3_600_000 });
  const middle = Math.floor(days.days / 2);
  const noon = MIDNIGHT + middle * DAY_MS + DAY_MS / 2;
  const hour = await timed(() => search({ user: personOf(7), from: noon, to: noon + 3_600_000 }));
  yield row('ledger', 'person_hour', hour.ms, 'ms');
  const day = middle + 1 < days.days ? middle + 1 : 0;
  const from = MIDNIGHT + day * DAY_MS;
  const room = await timed(() => search({ room: roomOf(day, 3), text: '你好', from, to: from + DAY_MS }));
  yield row('ledger', 'room_text', room.ms, 'ms');
  const all = await timed(() => search({ user: personOf(11) }));
  if (all.value.length === 0) throw new Error('nobody said anything');
  yield row('ledger', 'person_days', all.ms, 'ms');
  await ledger.close();

  // Processor time, not wall time: what a thread does beside another counts, too.
  const before = usedSeconds();
  const [report] = await verifyStore({ dir: join(days.dir, 'ledger'), logs: ['content'], processes: 1 });
  const used = usedSeconds() - before;
  if (report?.fault || report?.checked !== records) throw new Error('the store does not hold');
  yield row('ledger', 'verify', records / used, 'records/s a core');
}
