import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { type Ledger, openStorage, s3PlaceOf } from '@weir/ledger';
import { upload } from '@weir/ledger/objects/upload.ts';
import { TestBucket } from '@weir/ledger/testing/bucket.ts';
import { fresh, open } from '@weir/ledger/testing/store.ts';
import { closedPath } from '@weir/media/tap/place.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verify } from '../../cli/verify.ts';
import { writeRestored } from '../backup/closure.ts';
import { RecordingKeys } from './keys.ts';
import { Manifest } from './manifest.ts';
import { MANIFEST_FOLDER } from './place.ts';
import { verifyRecordings } from './verify.ts';

const DAY_MS = 86_400_000;
/** Noon in Shanghai on 20 November 2026. */
const NOON = Date.UTC(2026, 10, 20, 4);

const bucket = new TestBucket();
const dataDir = fresh();
const clock = new SimulatedClock(NOON);
let s3Url: string;
/** Two of a day that is sealed and lie in the bucket, one of it here, one of today here. */
let paths: string[];

const verified = () => verifyRecordings({ dataDir, s3Url });
const media = (path: string): string => join(dataDir, 'media', path);
const objectOf = (path: string) => {
  const version = bucket.objects.latest(`pre/fix/recordings/${path}`);
  if (!version) throw new Error(`the bucket has no ${path}`);
  return version;
};

async function record(ledger: Ledger, minute: number): Promise<string> {
  const fromMs = clock.now();
  clock.advance(60_000);
  const path = closedPath({ broadcast: 'b', session: 's', fromMs }, clock.now());
  // Longer than what is read at once, here and there.
  const bytes = Buffer.alloc(3_000_000 + minute, minute + 1);
  mkdirSync(dirname(media(path)), { recursive: true });
  writeFileSync(media(path), bytes);
  await ledger.append([
    { kind: 'message.refused', ts: clock.now(), text: 'segment.recorded', id: `m${minute}`, code: 'x' },
    {
      kind: 'segment.recorded',
      ts: clock.now(),
      broadcast: 'b',
      session: 's',
      path,
      bytes: bytes.length,
      hash: hash('sha256', bytes),
      fromMs,
      toMs: clock.now(),
    },
  ]);
  return path;
}

async function move(ledger: Ledger, path: string): Promise<void> {
  const keys = new RecordingKeys(ledger.slots);
  const key = keys.make();
  const order = { path: media(path), name: `recordings/${path}`, key, label: `recording ${path}` };
  const done = await upload(openStorage(s3PlaceOf(s3Url)), order);
  const wrapped = keys.wrap('2026-11-20', path, key);
  const entry = { v: 1 as const, path, object: order.name, slot: '2026-11-20', key: wrapped, ...done };
  await new Manifest(join(dataDir, MANIFEST_FOLDER)).add(entry);
  rmSync(media(path));
}

const withLedger = async (work: (ledger: Ledger) => Promise<void>): Promise<void> => {
  const ledger = await open(join(dataDir, 'ledger'), { clock });
  await work(ledger);
  await ledger.close();
};

beforeAll(async () => {
  s3Url = await bucket.listen();
  mkdirSync(join(dataDir, 'ledger'));
  mkdirSync(join(dataDir, 'control'));
  await withLedger(async (ledger) => {
    const first = [await record(ledger, 0), await record(ledger, 1), await record(ledger, 2)];
    clock.advance(3 * DAY_MS);
    await ledger.sign();
    await ledger.sealDue();
    paths = [...first, await record(ledger, 3)];
    for (const path of first.slice(0, 2)) await move(ledger, path);
  });
  // `weir verify` reads sealed days from where the configuration says; here they are moved there.
  const storage = openStorage(s3PlaceOf(s3Url));
  const local = openStorage({ kind: 'directory', dir: join(dataDir, 'ledger') });
  for (const { name } of await local.list('content/sealed/'))
    await storage.put(name, (await local.get(name)) as Buffer);
}, 180_000);
afterAll(async () => {
  await bucket.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('recordings held against their records', () => {
  it('are found sound, of sealed days and of today, here and in the bucket', async () => {
    expect(await verified()).toMatchObject({ checked: 4, inBucket: 2, bad: 0, unchecked: 0, purged: 0 });
    expect((await verified()).bytes).toBe(4 * 3_000_000 + 6);
  });

  it('are named where a byte was flipped or a file is missing, wherever they lie', async () => {
    for (const path of paths) {
      const isHere = existsSync(media(path));
      const bytes = isHere ? readFileSync(media(path)) : objectOf(path).bytes;
      const at = bytes.length - 1_000;
      const flip = (): void => {
        bytes[at] = (bytes[at] as number) ^ 4;
        if (isHere) writeFileSync(media(path), bytes);
      };
      flip();
      const { bad, faults, checked } = await verified();
      expect([path, bad, checked]).toEqual([path, 1, 3]);
      expect(faults).toEqual([expect.stringMatching(new RegExp(`^${path}: .*(altered|not what)`))]);
      flip();
    }
    const [inBucket = '', , here = ''] = paths;
    const kept = objectOf(inBucket);
    bucket.objects.hide(`pre/fix/recordings/${inBucket}`);
    renameSync(media(here), `${media(here)}.away`);
    expect((await verified()).faults).toEqual([`${inBucket}: is missing`, `${here}: is missing`]);
    renameSync(`${media(here)}.away`, media(here));
    bucket.objects.put(`pre/fix/recordings/${inBucket}`, kept.bytes, kept, String(kept.checksum));
    expect(await verified()).toMatchObject({ checked: 4, bad: 0 });
  });

  it('in a bucket that does not give them are told apart from those that hold and those that do not', async () => {
    bucket.ails = { slowDown: true, method: 'GET', key: '/recordings/' };
    expect(await verified()).toMatchObject({
      checked: 2,
      bad: 0,
      unchecked: 2,
      why: expect.stringContaining('does not answer'),
    });
    bucket.ails = {};
    await bucket.close();
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await verify(dataDir, { local: true, json: false, witnesses: [], s3Url })).toBe(4);
    const lines = said.mock.calls.map(([line]) => String(line));
    expect(lines[0]).toMatch(/^content: holds, /);
    expect(lines).toContainEqual(
      expect.stringMatching(/^recordings: NOT CHECKED: 2 .* 2 could not be looked at/),
    );
    expect(lines.at(-1)).toMatch(/^NOT CHECKED: /);
    // With nothing but what is not sealed here, only the recordings of today are known.
    const sealed = join(dataDir, 'ledger', 'content', 'sealed');
    renameSync(sealed, `${dataDir}.sealed`);
    expect(await verified()).toMatchObject({
      checked: 1,
      bad: 0,
      isPartial: true,
      why: expect.stringContaining('does not answer'),
    });
    said.mockClear();
    expect(await verify(dataDir, { local: true, json: false, witnesses: [], s3Url })).toBe(4);
    expect(said.mock.calls[0]?.[0]).toMatch(
      /^content: NOT CHECKED: 6 records of 2026-11-20 could not be read/,
    );
    said.mockRestore();
    renameSync(`${dataDir}.sealed`, sealed);
    await bucket.listen();
    expect(await verified()).not.toHaveProperty('isPartial');
  });

  it('may be missing where a receipt says so of their age, or a restore had none, and only then', async () => {
    const [, , here = '', today = ''] = paths;
    renameSync(media(here), `${media(here)}.away`);
    const receipt = (n: number, day: string, stores: object[]) =>
      withLedger((ledger) =>
        ledger.apply('retention', n, {
          kind: 'retention.purged',
          ts: clock.now(),
          id: `r${n}`,
          today: day,
          stores,
        }),
      );
    // Too early by a day for what ended on 20 November, then of another store.
    await receipt(1, '2027-01-19', [{ store: 'recordings', removed: 1, bytes: 1 }]);
    await receipt(2, '2027-01-20', [{ store: 'clips', removed: 1, bytes: 1 }]);
    expect((await verified()).faults).toEqual([`${here}: is missing`]);
    await receipt(3, '2027-01-20', [{ store: 'recordings', removed: 1, bytes: 1 }]);
    expect(await verified()).toMatchObject({ checked: 3, purged: 1, bad: 0 });
    renameSync(media(today), `${media(today)}.away`);
    expect((await verified()).faults).toEqual([`${today}: is missing`]);
    const times = { restoredAt: clock.now(), cutAt: clock.now(), knownUntil: clock.now() };
    const restored = { v: 1 as const, step: 'open' as const, generation: 'g', ...times };
    await writeRestored(join(dataDir, 'control'), restored);
    expect((await verified()).bad).toBe(1);
    await writeRestored(join(dataDir, 'control'), { ...restored, media: false });
    expect(await verified()).toMatchObject({ checked: 2, purged: 1, leftOut: 1, bad: 0 });
  });
});
