import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../testing/stage.ts';
import { Capacity, type CapacityOptions } from './capacity.ts';
import { spaceOf } from './space.ts';

const MB = 1_000_000;

describe('the room on the disk', () => {
  /** A disk that says what the test says. */
  async function disk(free: number, inflow = 0, bucket: Pick<CapacityOptions, 'moved' | 'drains'> = {}) {
    const clock = new SimulatedClock();
    const now = { free, inflow };
    const capacity = await Capacity.open({
      embedded: true,
      dataDir: mkdtempSync(join(tmpdir(), 'weir-capacity-')),
      reserve: 100 * MB,
      warnHours: 6,
      ballast: 0,
      clock,
      log: silentLog,
      inflow: () => now.inflow,
      space: async () => ({ free: now.free, total: 10_000 * MB }),
      ...bucket,
    });
    return { clock, now, capacity };
  }

  it('is foretold from what was used up, and from what the encoders send', async () => {
    const { clock, now, capacity } = await disk(10_000 * MB);
    expect(capacity.report).toMatchObject({ state: 'ok', bytesPerHour: null, hoursLeft: null });
    for (let i = 0; i < 60; i++) {
      now.free -= 10 * MB;
      clock.advance(60_000);
      await capacity.check();
    }
    expect(capacity.report).toMatchObject({ state: 'ok', bytesPerHour: 600 * MB });
    expect(capacity.report.hoursLeft).toBeCloseTo(9_300 / 600, 0);
    // Space that a purge gave back does not hide what flows in.
    now.free += 300 * MB;
    await capacity.check();
    expect(capacity.report.bytesPerHour).toBe(600 * MB);
    // 4 Mbit/s are 1.8 GB an hour.
    now.inflow = 4_000_000;
    await capacity.check();
    expect(capacity.report).toMatchObject({ state: 'low', bytesPerHour: 1_800 * MB, hoursLeft: 5.3 });
    capacity.close();
  });

  it('is not filled by what a bucket takes on, and is again when that is away', async () => {
    const bucket = { moved: 0, isThere: true };
    const { clock, now, capacity } = await disk(10_000 * MB, 8_000_000, {
      moved: () => bucket.moved,
      drains: () => bucket.isThere,
    });
    for (let i = 0; i < 60; i++) {
      // 60 MB come in a minute and are gone by the next; 1 MB stays.
      now.free += (i % 2 === 0 ? -60 : 60) * MB - MB;
      bucket.moved += i % 2 === 0 ? 0 : 60 * MB;
      clock.advance(60_000);
      await capacity.check();
    }
    expect(capacity.report.bytesPerHour).toBeGreaterThan(50 * MB);
    expect(capacity.report.bytesPerHour).toBeLessThan(130 * MB);
    bucket.isThere = false;
    expect(capacity.report.bytesPerHour).toBe(3_600 * MB);
    capacity.close();
  });

  it('is refused to what is new below the reserve and a quarter of an hour of what runs, with no flutter', async () => {
    const { now, capacity } = await disk(101 * MB);
    const at = async (free: number): Promise<boolean> => {
      now.free = free;
      await capacity.check();
      return capacity.isFull;
    };
    expect(await at(101 * MB)).toBe(false);
    now.inflow = 800_000;
    expect(await at(189 * MB)).toBe(true);
    expect(() => capacity.admit()).toThrow(/storage_full/);
    expect(await at(200 * MB)).toBe(true);
    expect(await at(240 * MB)).toBe(false);
    expect(await at(191 * MB)).toBe(false);
    expect(() => capacity.admit()).not.toThrow();
    capacity.close();
  });
});

describe('ballast', () => {
  it('is given up one file after the other, PostgreSQL’s last, and taken again when there is room', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'weir-capacity-'));
    const now = { free: 100 * MB };
    const capacity = await Capacity.open({
      embedded: true,
      dataDir,
      reserve: 10 * MB,
      warnHours: 6,
      ballast: MB,
      clock: new SimulatedClock(),
      log: silentLog,
      inflow: () => 0,
      space: async () => ({ free: now.free, total: 1_000 * MB }),
    });
    const there = async (free: number): Promise<boolean[]> => {
      now.free = free;
      await capacity.check();
      return ['ballast', 'ballast.postgres'].map((name) => existsSync(join(dataDir, name)));
    };
    await there(100 * MB);
    expect(await there(100 * MB)).toEqual([true, true]);
    expect(await there(2 * MB)).toEqual([true, true]);
    expect(await there(0.4 * MB)).toEqual([false, true]);
    expect(await there(1.4 * MB)).toEqual([false, true]);
    expect(await there(0.4 * MB)).toEqual([false, false]);
    await there(100 * MB);
    expect(await there(100 * MB)).toEqual([true, true]);
    expect(statSync(join(dataDir, 'ballast')).size).toBe(MB);
    capacity.close();
  });
});

describe('a disk that is filled', () => {
  let stage: Stage | undefined;
  let mount = '';
  const before = process.env['TMPDIR'];
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    if (mount) execFileSync('umount', ['-l', mount]);
    mount = '';
  });

  it('refuses what is new, lets run what runs, cuts, serves reading, and goes on by itself', async () => {
    mount = mkdtempSync(join(tmpdir(), 'weir-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=420m,mode=0711', 'weir-test', mount]);
    process.env['TMPDIR'] = mount;
    const reserve = 60 * MB;
    const ballast = 16 * MB;
    stage = await openStage({
      env: { WEIR_STORAGE_RESERVE: String(reserve), WEIR_STORAGE_BALLAST: String(ballast) },
    });
    const here = stage;
    const publisher = await here.signIn('demo-publisher');
    const staff = await here.signIn('demo-admin');
    const create = (title: string) =>
      here.call(publisher, 'POST', '/api/broadcasts', { title, kind: 'video', category: 'chat' });
    const stateOf = async (id: string) => (await here.call(publisher, 'GET', `/api/broadcasts/${id}`)).body;
    const { body: running } = await create('Runs');
    const { body: waiting } = await create('Waits');
    await here.publish(running.ingest);
    await expect.poll(async () => (await stateOf(running.id)).state, { timeout: 60_000 }).toBe('live');
    await expect
      .poll(
        () => existsSync(join(here.dataDir, 'ballast')) && existsSync(join(here.dataDir, 'ballast.postgres')),
        {
          timeout: 60_000,
        },
      )
      .toBe(true);
    expect(statSync(join(here.dataDir, 'ballast')).blocks * 512).toBeGreaterThanOrEqual(ballast);

    const filler = join(mount, 'filler');
    const fill = async (leave: number): Promise<void> => {
      const { free } = await spaceOf(mount);
      writeFileSync(filler, Buffer.alloc(Math.max(0, free - leave)), { flag: 'a' });
    };
    // Below the floor: nothing new begins.
    await fill(reserve);
    const capacity = async () => (await here.call(staff, 'GET', '/api/capacity')).body.state;
    await expect.poll(capacity, { timeout: 60_000 }).toBe('full');
    expect(await create('New')).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    const refused = await here.publish(waiting.ingest).catch((why: Error) => why);
    expect(refused).toBeInstanceOf(Error);
    await expect.poll(async () => (await stateOf(waiting.id)).lastRefusal?.code).toBe('storage_full');
    expect((await stateOf(running.id)).state).toBe('live');

    // To the last byte, as somebody else might: the ballast makes room for a cut, and reading is served.
    await fill(0);
    await expect.poll(() => existsSync(join(here.dataDir, 'ballast')), { timeout: 60_000 }).toBe(false);
    expect(existsSync(join(here.dataDir, 'ballast.postgres'))).toBe(true);
    const cut = await here.call(staff, 'POST', `/api/broadcasts/${running.id}/cut-off`, { reason: 'other' });
    expect(cut.status, JSON.stringify(cut.body)).toBe(200);
    expect((await here.call('', 'GET', '/api/broadcasts?state=live')).status).toBe(200);
    expect((await here.call('', 'GET', `/api/rooms/${waiting.id}/messages`)).status).toBe(200);

    rmSync(filler);
    await expect.poll(capacity, { timeout: 60_000 }).not.toBe('full');
    expect((await create('Again')).status).toBe(201);
    await here.publish(waiting.ingest);
    await expect.poll(async () => (await stateOf(waiting.id)).state, { timeout: 60_000 }).toBe('live');
    await expect.poll(() => existsSync(join(here.dataDir, 'ballast')), { timeout: 60_000 }).toBe(true);
  }, 300_000);
});
