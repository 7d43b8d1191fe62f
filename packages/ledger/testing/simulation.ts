import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, silentLog } from '@weir/kit';
import { realDisk } from '../disk.ts';
import { readSigned } from '../evidence/signed.ts';
import { Ledger } from '../ledger.ts';
import { LOGS, type PublishedMessage } from '../record.ts';
import { Ages } from '../retention/ages.ts';
import { Turns } from '../retention/lock.ts';
import { Retention } from '../retention/retention.ts';
import { RunningTime } from '../retention/running.ts';
import { DerivedStores } from '../retention/stores.ts';
import { shippedTerms } from './keeping.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1, -8);

/** A clock that a simulation moves, and whose timers never fire: what is due is done by the simulation itself. */
class HandClock implements Clock {
  ms = 0;
  now = (): number => START + this.ms;
  mono = (): number => this.ms;
  after = () => ({ cancel() {} });
  every = this.after;
  onMove = this.after;
}

export type Simulated = {
  /** The root of each log that has one, base64. */
  roots: Record<string, string>;
  records: number;
  /** Records that were purged. */
  gone: number;
};

/** A generator of whole numbers below a bound, the same for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/**
 * Runs a ledger through `days` days of `rooms` rooms: each says a few things an hour, every hour is signed, every day
 * sealed and what is due purged, the day after the last term included. Same seed, same roots.
 * @param perHour messages an hour, over all rooms
 */
export async function simulate({
  dir,
  seed,
  days,
  rooms,
  perHour,
}: {
  dir: string;
  seed: number;
  days: number;
  rooms: number;
  perHour: number;
}): Promise<Simulated> {
  const clock = new HandClock();
  const below = generator(seed);
  const newKey = (label: string): Buffer => createHash('sha256').update(`${seed} ${label}`).digest();
  const ledger = await Ledger.open({ dir, clock, log: silentLog, disk: realDisk, newKey });
  const running = await RunningTime.open(dir, clock);
  const ages = await Ages.open(dir, { running, witnessedTime: () => undefined });
  let gone = 0;
  const retention = new Retention({
    dir,
    clock,
    log: silentLog,
    slots: ledger.slots,
    logs: ledger.dayLogs(),
    policy: shippedTerms,
    facts: {
      endOf: (_, ts) => ts,
      classOf: () => undefined,
      effectEnd: ({ ts }) => ts,
      relationEnd: () => Number.NEGATIVE_INFINITY,
    },
    stores: new DerivedStores([]),
    ages,
    turns: new Turns(),
    record: async ({ parts }) => {
      gone += parts.reduce((sum, part) => sum + part.gone, 0);
    },
  });
  const offsets = new Array<number>(rooms).fill(0);
  let records = 0;
  for (let day = 0; day < days; day++) {
    for (let hour = 0; hour < 24; hour++) {
      await ledger.append(
        Array.from({ length: perHour }, () => message(below(rooms), below(5_000), offsets, records++, clock)),
      );
      await ledger.sign();
      clock.ms += HOUR_MS;
    }
    clock.ms += HOUR_MS / 4;
    await ledger.sealDue();
    await retention.run();
    clock.ms -= HOUR_MS / 4;
  }
  // The last day's term: everything has its day.
  for (let day = 0; day < 61; day++) {
    clock.ms += 24 * HOUR_MS;
    await retention.run();
  }
  await ledger.sign();
  const roots: Record<string, string> = {};
  for (const name of LOGS) {
    const signed = await readSigned(join(dir, name));
    if (signed) roots[name] = signed.checkpoint.root.toString('base64');
  }
  await running.close();
  await ledger.close();
  return { roots, records, gone };
}

function message(room: number, user: number, offsets: number[], k: number, clock: Clock): PublishedMessage {
  const offset = (offsets[room] ?? 0) + 1;
  offsets[room] = offset;
  const hex = (n: number): string => n.toString(16).padStart(12, '0');
  const id = `0192f0c0-0000-7000-8000-${hex(room)}`;
  return {
    kind: 'message.published',
    ts: clock.now(),
    room: id,
    broadcast: id,
    user: `0192f0c0-0000-7000-9000-${hex(user)}`,
    nickname: `观众${user}`,
    id: `0192f0c0-0000-7000-a000-${hex(k)}`,
    offset,
    text: `第${k}句，说给第${room}间听`,
    pts: k,
  };
}
