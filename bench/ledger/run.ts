import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, realClock, silentLog } from '@weir/kit';
import { Ledger, type PublishedMessage } from '@weir/ledger';
import { simulate } from '@weir/ledger/testing/simulation.ts';
import { type Options, quantile, type Row, row } from '../row.ts';
import { sized } from '../size.ts';
import { wholeCommits } from './commits.ts';
import { sealedDays } from './sealed.ts';

export const metrics: readonly string[] = [
  'append',
  'commit_p99',
  'content_p99',
  'moderation_p99',
  'content_p99_sign_ins',
  'moderation_p99_sign_ins',
  'open',
  'history_latest',
  'history_far',
  'find',
  'search_text',
  'seal',
  'sealed_size',
  'open_sealed',
  'person_hour',
  'room_text',
  'person_days',
  'verify',
  'sixty_days',
];

export const takes: readonly ('messages' | 'store')[] = ['messages', 'store'];

/** Records of the store that is opened and read. */
const RECORDS = sized(1_000_000, 20_000);
const ROOMS = sized(1_000, 20);
/** Records of one append: what a busy edge sends at once. */
const BATCH = 1_000;
/** Messages of a simulated hour, over all rooms, and the days it goes on. */
const PER_HOUR = sized(300, 20);
const DAYS = sized(60, 3);
/** Appends under way at once: the next group gathers while one is on its way. */
const DEPTH = 4;

const openLedger = (dir: string): Promise<Ledger> => Ledger.open({ dir, clock: realClock, log: silentLog });
const roomOf = (k: number): string => `0192f0c0-0000-7000-8000-${String(k % ROOMS).padStart(12, '0')}`;

function message(k: number): PublishedMessage {
  const room = roomOf(k);
  const user = `0192f0c0-0000-7000-9000-${String(k % 5_000).padStart(12, '0')}`;
  return {
    kind: 'message.published',
    ts: Date.now(),
    room,
    broadcast: room,
    user,
    nickname: `观众${k % 5_000}`,
    id: newId(),
    offset: Math.floor(k / ROOMS) + 1,
    text: `这是第${k}条弹幕`,
    pts: k,
  };
}

const batch = (from: number): PublishedMessage[] =>
  Array.from({ length: BATCH }, (_, i) => message(from + i));

/** Runs `step` over 0, 1, 2 …, `DEPTH` at once, until it gives false; seconds it took. */
async function deep(step: (k: number) => Promise<boolean>): Promise<number> {
  const began = performance.now();
  let k = 0;
  const lane = async (): Promise<void> => {
    while (await step(k++));
  };
  await Promise.all(Array.from({ length: DEPTH }, lane));
  return (performance.now() - began) / 1_000;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** The same bytes without canonical form, numbers or index: one write and one fdatasync a batch. */
async function bare(path: string, seconds: number): Promise<number> {
  const file = await open(path, 'a');
  let records = 0;
  const began = performance.now();
  while (performance.now() - began < seconds * 1_000) {
    const lines = batch(records).map((record, i) => JSON.stringify({ v: 1, n: records + i, ...record }));
    await file.write(`${lines.join('\n')}\n`);
    await file.datasync();
    records += BATCH;
  }
  await file.close();
  return records / ((performance.now() - began) / 1_000);
}

/** Appending, opening and reading, then days that are over; with a store of those, them alone. */
export async function* run(options: Options): AsyncGenerator<Row> {
  if (options.store === undefined) {
    yield* openDay(options);
    yield* commitRows();
  }
  yield* sealedDays(options);
}

/** Commits on the whole service, alone and with 64 sign-ins beside. */
async function* commitRows(): AsyncGenerator<Row> {
  const { alone, crowded } = await wholeCommits();
  yield row('ledger', 'content_p99', quantile(alone.content, 0.99), 'ms');
  yield row('ledger', 'moderation_p99', quantile(alone.moderation, 0.99), 'ms');
  yield row('ledger', 'content_p99_sign_ins', quantile(crowded.content, 0.99), 'ms');
  yield row('ledger', 'moderation_p99_sign_ins', quantile(crowded.moderation, 0.99), 'ms');
}

/** Appending beside a bare append of the same records, then opening and reading a million of them; sixty days. */
async function* openDay({ seconds, peers }: Options): AsyncGenerator<Row> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-ledger-'));
  try {
    const first = await openLedger(join(dir, 'a'));
    const until = performance.now() + seconds * 1_000;
    let records = 0;
    const took = await deep(async (k) => {
      await first.append(batch(k * BATCH));
      records += BATCH;
      return performance.now() < until;
    });
    const peer = peers ? await bare(join(dir, 'bare'), seconds) : null;
    yield row('ledger', 'append', records / took, 'records/s', peers ? 'bare' : null, peer);
    const commits: number[] = [];
    for (let offset = 1; commits.length < 200; offset++)
      commits.push(await timed(() => first.append([{ ...message(0), room: 'alone', offset }])));
    yield row('ledger', 'commit_p99', quantile(commits, 0.99), 'ms');
    await first.close();

    const filled = await openLedger(join(dir, 'b'));
    await deep(async (k) => {
      if (k < RECORDS / BATCH) await filled.append(batch(k * BATCH));
      return k < RECORDS / BATCH;
    });
    const { id } = message(0);
    const [known] = await filled.history(roomOf(7), { after: 500, limit: 1 });
    await filled.close();

    let ledger: Ledger | undefined;
    const opened = await timed(async () => {
      ledger = await openLedger(join(dir, 'b'));
    });
    yield row('ledger', 'open', opened / 1_000, 's');
    const full = ledger as unknown as Ledger;
    yield row('ledger', 'history_latest', await timed(() => full.history(roomOf(7), { limit: 50 })), 'ms');
    yield row(
      'ledger',
      'history_far',
      await timed(() => full.history(roomOf(8), { after: 500, limit: 50 })),
      'ms',
    );
    yield row('ledger', 'find', await timed(() => full.findMessage(known?.id ?? id)), 'ms');
    const hits = full.search({ text: `第${RECORDS / 2}条` });
    yield row('ledger', 'search_text', await timed(() => Array.fromAsync(hits)), 'ms');
    await full.close();
    const simulated = { dir: join(dir, 'days'), seed: 1, days: DAYS, rooms: ROOMS, perHour: PER_HOUR };
    yield row('ledger', 'sixty_days', (await timed(() => simulate(simulated))) / 1_000, 's');
  } finally {
    rmSync(dir, { recursive: true });
  }
}
