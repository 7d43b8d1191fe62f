import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { realDisk } from '../disk.ts';
import { answersOf, liveDay, NOON, sealedIn } from '../testing/days.ts';
import { copyOf, fresh, open, published, segmentsOf } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';

/** Flips tried in CI, and in the full matrix. */
const FLIPS = process.env['WEIR_TEST_FULL'] ? 1_000 : 60;
/** DuckDB then works in this process, not in one of its own. */
const disk = { ...realDisk };

const faultsOf = async (dir: string): Promise<string[]> =>
  (await verifyStore({ dir })).flatMap(({ log, fault }) => (fault ? [`${log}: ${fault}`] : []));

let store: string;
let clock: SimulatedClock;
let before: unknown;

/** Three days, two of them sealed in several parts. */
beforeAll(async () => {
  store = fresh();
  clock = new SimulatedClock(NOON);
  const ledger = await open(store, { clock, disk, partRecords: 40 });
  for (let day = 0; day < 3; day++) await liveDay(ledger, clock, day);
  before = await answersOf(ledger);
  expect(before).toMatchObject({ message: ['message.published', 'message.recalled'] });
  await ledger.sealDue();
  await ledger.close();
}, 180_000);

const copy = (): string => copyOf(store);

describe('sealing a day', () => {
  it('changes no answer, and leaves neither a segment nor plaintext of it behind', async () => {
    const dir = copy();
    // Three days of two parts in two orders, and their names.
    expect(sealedIn(dir)).toHaveLength(15);
    expect(segmentsOf(dir)).toEqual([]);
    const again = await open(dir, { clock });
    expect(await answersOf(again)).toEqual(before);
    expect(await again.append([published(999, { room: 'room-0' })])).toBe(184);
    await again.close();
    for (const name of sealedIn(dir))
      expect(readFileSync(join(dir, name)).includes('引号'), name).toBe(false);
    expect(readFileSync(join(dir, 'rooms.sqlite')).includes('引号')).toBe(false);
  });

  it('loses nothing of the index where that is made again from sealed days', async () => {
    const dir = copy();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `rooms.sqlite${suffix}`), { force: true });
    const again = await open(dir, { clock, disk });
    expect(await answersOf(again)).toEqual(before);
    await again.close();
  });

  it('verifies, and still names the record that was altered', async () => {
    const dir = copy();
    const [report] = await verifyStore({ dir });
    expect(report).toMatchObject({ checked: 183, purged: 0 });
    expect(report?.fault).toBeUndefined();
    const [person = '', room = ''] = sealedIn(dir).filter((name) => /\.(person|room)$/.test(name));
    rmSync(join(dir, person));
    expect(await faultsOf(dir)).toEqual([expect.stringMatching(/person: is missing/)]);
    // An object of the same part in the place of the other order.
    cpSync(join(dir, room), join(dir, person));
    expect(await faultsOf(dir)).toEqual([expect.stringMatching(/person: is not what its run says/)]);
  });

  it(`is found altered by each of ${FLIPS} single bits`, async () => {
    const dir = copy();
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(dir, name)).isFile())
      .filter((name) => !['epoch', 'keys.slots', 'rooms.sqlite'].includes(name))
      .sort();
    const sealed = files.filter((name) => name.includes('sealed'));
    let random = 20_261_125;
    const next = (below: number): number => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((random / 2 ** 32) * below);
    };
    for (let i = 0; i < FLIPS; i++) {
      const from = i % 4 === 0 ? files : sealed;
      const name = from[next(from.length)] as string;
      const path = join(dir, name);
      const whole = readFileSync(path);
      const at = next(whole.length);
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] as number) ^ (1 << next(8));
      writeFileSync(path, bent);
      const found = await verifyStore({ dir }).then(
        (reports) => reports.filter(({ fault }) => fault),
        (why: Error) => [why.message],
      );
      expect(found, `${name}, byte ${at}`).not.toEqual([]);
      writeFileSync(path, whole);
    }
    expect(await faultsOf(dir)).toEqual([]);
  }, 300_000);

  it('is purged with its key: no answer errs, offsets are not given again, and it verifies', async () => {
    const dir = copy();
    const ledger = await open(dir, { clock, disk });
    const days = sealedIn(dir).map((name) => name.split('/')[2]);
    const [day = ''] = days;
    const listed = await ledger.files('content', day);
    expect(listed.map(({ name }) => name)).toEqual(sealedIn(dir).filter((name) => name.includes(day)));
    expect(listed.every(({ bytes }) => bytes > 0)).toBe(true);
    await ledger.history('room-0', { after: 0, limit: 3 });
    ledger.dayLog('content').keys.destroy(day);
    // The key is gone, the files not yet: as after a crash between.
    expect((await ledger.history('room-0', { after: 0, limit: 1 }))[0]?.offset).toBeGreaterThan(60);
    expect(await faultsOf(dir)).toEqual([]);
    expect(await ledger.dropDay('content', day)).toEqual(listed);
    expect(await ledger.dropDay('content', day)).toEqual([]);
    expect((await ledger.history('room-0', { after: 0, limit: 1 }))[0]?.offset).toBeGreaterThan(60);
    expect(await ledger.findMessage('other-0-10')).toBeUndefined();
    expect((await Array.fromAsync(ledger.search({ log: 'content' })))[0]?.n).toBe(62);
    expect(ledger.offset('room-0')).toBe((before as { offsets: number[] }).offsets[0]);
    await expect(ledger.dropDay('content', '2026-11-23')).rejects.toThrow(RangeError);
    await ledger.close();
    const [report] = await verifyStore({ dir });
    expect(report).toMatchObject({ checked: 122, purged: 61 });
    expect(report?.fault).toBeUndefined();
    const again = await open(dir, { clock, disk });
    expect(again.last('content')).toBe(183);
    await again.close();
  });
});
