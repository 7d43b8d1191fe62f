import { spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { realDisk } from './disk.ts';
import type { Ledger } from './ledger.ts';
import { FailingDisk } from './testing/failing.ts';
import { VolatileDisk } from './testing/powerLoss.ts';
import { fresh, open, published } from './testing/store.ts';
import { verifyStore } from './verify/verify.ts';

const FULL = process.env['WEIR_TEST_FULL'] !== undefined;
/** Points in time at which the power goes, and the writer is killed. */
const LOSSES = FULL ? 200 : 12;
const KILLS = FULL ? 100 : 4;

const idsIn = async (ledger: Ledger): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { id } of ledger.search({ log: 'content', limit: 1_000_000 })) ids.push(String(id));
  return ids;
};
const faultsOf = async (dir: string): Promise<unknown[]> =>
  (await verifyStore({ dir })).flatMap(({ log, fault }) => (fault ? [log, fault] : []));

describe('a power loss', () => {
  it('takes nothing that was acknowledged, wherever it falls, and what is found verifies', async () => {
    const dir = fresh();
    const disk = new VolatileDisk(dir);
    const clock = new SimulatedClock();
    const ledger = await open(dir, { disk, clock });
    let acknowledged = 0;
    let goesOn = true;
    const writing = (async () => {
      for (let offset = 1; goesOn; offset += 3) {
        await ledger.append([published(offset), published(offset + 1), published(offset + 2)]);
        acknowledged = offset + 2;
        // Signs every few groups, and turns segments over.
        clock.advance(offset % 300 === 1 ? 11 * 60_000 : 150);
      }
    })();
    const found: { copy: string; least: number }[] = [];
    // The losses fall around the first full tile, of 256 leaves.
    try {
      while (acknowledged < 3 * 240) await new Promise((done) => setTimeout(done, 5));
      while (found.length < LOSSES || acknowledged < 3 * 275) {
        await new Promise((done) => setTimeout(done, 7));
        const least = acknowledged;
        found.push({ copy: disk.afterPowerLoss(), least });
      }
    } finally {
      goesOn = false;
      await writing;
      await ledger.close();
    }
    expect(found.at(-1)?.least).toBeGreaterThan(0);
    for (const { copy, least } of found) {
      const again = await open(copy, { clock });
      const ids = await idsIn(again);
      expect(ids.length).toBeGreaterThanOrEqual(least);
      expect(ids).toEqual(ids.map((_, i) => `m${i + 1}`));
      await again.close();
      expect(await faultsOf(copy)).toEqual([]);
      rmSync(copy, { recursive: true });
    }
  }, 600_000);
});

describe('a crash between a full tile and the head', () => {
  it('leaves no tile that nobody signed', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    let isFailing = false;
    const replace: typeof realDisk.replace = async (path, bytes, options) => {
      if (isFailing && path.endsWith('head')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      await realDisk.replace(path, bytes, options);
    };
    const ledger = await open(dir, { clock, disk: { ...realDisk, replace } });
    for (let offset = 1; offset <= 260; offset++) {
      if (offset === 250) {
        await ledger.sign();
        isFailing = true;
      }
      await ledger.append([published(offset)]);
      clock.advance(101);
    }
    await ledger.sign();
    expect(existsSync(join(dir, 'content', 'tile', '0', '000'))).toBe(true);
    const crashed = fresh();
    cpSync(dir, crashed, { recursive: true });
    await ledger.close();
    const again = await open(crashed, { clock });
    expect(again.last('content')).toBe(260);
    await again.close();
    expect(await faultsOf(crashed)).toEqual([]);
  });
});

describe('a disk of which each nth operation fails', () => {
  for (const code of ['ENOSPC', 'EIO'] as const)
    it(`with ${code} loses and doubles nothing that was acknowledged, and goes on when it is healed`, async () => {
      for (const nth of [2, 3, 4, 5, 7, 11]) {
        const dir = fresh();
        const disk = new FailingDisk(nth, code);
        const clock = new SimulatedClock();
        disk.isHealed = true;
        const ledger = await open(dir, { disk, clock });
        disk.isHealed = false;
        for (let offset = 1, tries = 0; offset <= 40; tries++) {
          if (tries > 200) disk.isHealed = true;
          clock.advance(400);
          try {
            await ledger.append([published(offset)]);
            offset++;
          } catch (why) {
            expect(why).toMatchObject({ code: 'storage_failed' });
          }
        }
        expect(disk.failures).toBeGreaterThan(0);
        disk.isHealed = true;
        await ledger.close();
        const again = await open(dir, { clock });
        expect(await idsIn(again)).toEqual(Array.from({ length: 40 }, (_, i) => `m${i + 1}`));
        await again.close();
        expect(await faultsOf(dir)).toEqual([]);
      }
    }, 180_000);
});

describe('a writer that is killed again and again', () => {
  it('loses nothing that was acknowledged, and its tree is one tree', async () => {
    const dir = fresh();
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'ledger.child.ts'), dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = 0;
      const more = 200 + ((kill * 379) % 900);
      let first = 0;
      await new Promise<void>((resolve, reject) => {
        child.once('exit', () => reject(new Error('the writer ended')));
        child.stdout.on('data', (text: Buffer) => {
          acknowledged = Number(String(text).trim().split('\n').at(-1));
          first ||= acknowledged;
          if (acknowledged > first + more) resolve();
        });
      });
      child.removeAllListeners('exit');
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      const ledger = await open(dir);
      const ids = await idsIn(ledger);
      expect(ids.length).toBeGreaterThanOrEqual(acknowledged);
      expect(ids).toEqual(ids.map((_, i) => `m${i + 1}`));
      await ledger.close();
      expect(await faultsOf(dir)).toEqual([]);
    }
  }, 600_000);
});
