import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../disk.ts';
import { answersOf, DAY_MS, liveDay, NOON, sealedIn } from '../testing/days.ts';
import { FailingDisk } from '../testing/failing.ts';
import { VolatileDisk } from '../testing/powerLoss.ts';
import { fresh, open, segmentsOf } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';

const FULL = process.env['WEIR_TEST_FULL'] !== undefined;
/** Moments of sealing at which the power goes, and at which its process is killed. */
const LOSSES = FULL ? 200 : 12;
const KILLS = FULL ? 60 : 4;
const disk = { ...realDisk };
/** Takes all but what is sealed: the days stay as they are, however soon the clock's jump lets them be sealed. */
const unsealing: Disk = {
  ...realDisk,
  replace: (path, bytes, options) =>
    path.includes('/sealed/') ? Promise.reject(new Error('not yet')) : realDisk.replace(path, bytes, options),
};

const faultsOf = async (dir: string): Promise<unknown[]> =>
  (await verifyStore({ dir })).flatMap(({ log, fault }) => (fault ? [log, fault] : []));

/** Two days that are over, not sealed yet, and what they answer. */
async function unsealed(): Promise<{ dir: string; clock: SimulatedClock; answers: unknown }> {
  const dir = fresh();
  const clock = new SimulatedClock(NOON);
  const ledger = await open(dir, { clock, disk: unsealing });
  await liveDay(ledger, clock, 0);
  await liveDay(ledger, clock, 1);
  const answers = await answersOf(ledger);
  await ledger.close();
  expect(sealedIn(dir)).toEqual([]);
  return { dir, clock, answers };
}

/** Opens what is left after a fault: it answers as before, takes up the sealing, and still answers and verifies. */
async function mustBeWhole(dir: string, clock: SimulatedClock, answers: unknown): Promise<void> {
  const again = await open(dir, { clock, disk, partRecords: 40 });
  expect(await answersOf(again)).toEqual(answers);
  await again.sealDue();
  expect(await answersOf(again)).toEqual(answers);
  await again.close();
  expect(segmentsOf(dir)).toEqual([]);
  expect(await faultsOf(dir)).toEqual([]);
}

describe('a power loss while days are sealed', () => {
  it('loses and doubles nothing at any step, and the sealing is taken up', async () => {
    const { dir, clock, answers } = await unsealed();
    const volatile = new VolatileDisk(dir);
    const copies: string[] = [];
    let steps = 0;
    /** Before and after each thing that is asked of the disk, as often as there is room for. */
    const lose = (): void => {
      if (steps++ % (FULL ? 1 : 2) === 0 && copies.length < LOSSES) copies.push(volatile.afterPowerLoss());
    };
    const ledger = await open(dir, {
      clock,
      partRecords: 40,
      disk: {
        create: (path) => volatile.create(path),
        truncate: (path, bytes) => volatile.truncate(path, bytes),
        async remove(path) {
          lose();
          await volatile.remove(path);
          lose();
        },
        async syncDirectory(path) {
          lose();
          await volatile.syncDirectory(path);
        },
        async replace(path, bytes, options) {
          lose();
          await volatile.replace(path, bytes, options);
          lose();
        },
      },
    });
    copies.length = 0;
    await ledger.sealDue();
    expect(await answersOf(ledger)).toEqual(answers);
    await ledger.close();
    expect(copies.length).toBeGreaterThan(5);
    for (const copy of copies) await mustBeWhole(copy, clock, answers);
  }, 300_000);
});

describe('a process that is killed while it seals', () => {
  it('loses and doubles nothing, and the next one takes the sealing up', async () => {
    const { dir, clock, answers } = await unsealed();
    for (let kill = 0; kill < KILLS; kill++) {
      const copy = fresh();
      cpSync(dir, copy, { recursive: true });
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, 'seal.child.ts'), copy, String(clock.now())],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      // By turns early, while parts are written, and late, while segments go.
      await new Promise((resolve) => setTimeout(resolve, (kill * 53) % 260));
      child.kill('SIGKILL');
      await gone;
      await mustBeWhole(copy, clock, answers);
    }
  }, 300_000);
});

describe('a disk that refuses what is sealed', () => {
  it('keeps the segments, answers as before, and seals when it is healed', async () => {
    for (const nth of [1, 2, 3, 5]) {
      const { dir, clock, answers } = await unsealed();
      const failing = new FailingDisk(nth, nth % 2 === 0 ? 'EIO' : 'ENOSPC');
      failing.isHealed = true;
      const ledger = await open(dir, { clock, disk: failing, partRecords: 40 });
      failing.isHealed = false;
      await ledger.sealDue();
      expect(failing.failures).toBeGreaterThan(0);
      expect(await answersOf(ledger)).toEqual(answers);
      failing.isHealed = true;
      await ledger.sealDue();
      expect(await answersOf(ledger)).toEqual(answers);
      await ledger.close();
      await mustBeWhole(dir, clock, answers);
    }
  }, 300_000);
});

describe('a clock', () => {
  it('that was 400 days ahead for a while leaves a day that is sealed and found like any other', async () => {
    const { dir, clock } = await unsealed();
    const ahead = new SimulatedClock(clock.now() + 400 * DAY_MS);
    const early = await open(dir, { clock: ahead, disk });
    await early.append([{ kind: 'broadcast.ended', ts: ahead.now(), broadcast: 'far' }]);
    await early.close();
    const back = new SimulatedClock(clock.now() + DAY_MS);
    const ledger = await open(dir, { clock: back, disk });
    await ledger.append([{ kind: 'broadcast.ended', ts: back.now(), broadcast: 'now' }]);
    const answers = await answersOf(ledger);
    await ledger.sign();
    await ledger.sealDue();
    // Both days that are over, and the one that never was.
    expect(new Set(sealedIn(dir).map((name) => name.split('/')[2])).size).toBe(3);
    expect(await answersOf(ledger)).toEqual(answers);
    expect(await Array.fromAsync(ledger.search({ broadcast: 'far' }))).toHaveLength(1);
    await ledger.close();
    expect(await faultsOf(dir)).toEqual([]);
  }, 180_000);
});
