import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyOf, fresh, open, published, segmentsOf } from '../testing/store.ts';
import { type LogReport, verifyStore } from './verify.ts';

/** Flips tried in CI, and in the full matrix. */
const FLIPS = process.env['WEIR_TEST_FULL'] ? 1_000 : 150;

/** 600 leaves of one to three records each, a crash in between, some of the other logs. */
async function makeStore(): Promise<string> {
  const dir = fresh();
  const clock = new SimulatedClock();
  let ledger = await open(dir, { clock });
  for (let block = 0, offset = 1; block < 600; block++) {
    if (block === 300) {
      await ledger.close();
      ledger = await open(dir, { clock });
    }
    const many = (block % 3) + 1;
    await ledger.append(Array.from({ length: many }, (_, i) => published(offset + i)));
    offset += many;
    clock.advance(101);
  }
  await ledger.apply('moderation', 1, { kind: 'decision.made', ts: clock.now(), note: 'n' });
  await ledger.close();
  return dir;
}

const faultsOf = (reports: LogReport[]): string[] =>
  reports.flatMap(({ log, fault }) => (fault ? [`${log}: ${fault}`] : []));

let store: string;
beforeAll(async () => {
  store = await makeStore();
});
const copy = (): string => copyOf(store);

describe('a store', () => {
  it('that nobody touched holds, log by log', async () => {
    const reports = await verifyStore({ dir: store });
    expect(faultsOf(reports)).toEqual([]);
    expect(reports.map(({ log, size, checked }) => [log, size, checked])).toEqual([
      ['content', 600, 1_200],
      ['moderation', 1, 1],
      ['access', 0, 0],
      ['retention', 0, 0],
    ]);
    expect(reports[0]).toMatchObject({ witnessed: false, unsigned: 0, purged: 0 });
    expect(reports[0]?.origin).toMatch(/^weir-[0-9a-f]{16}\/content$/);
  });

  it('holds while its writer goes on writing', async () => {
    const dir = copy();
    const clock = new SimulatedClock(Date.UTC(2026, 0, 2));
    const ledger = await open(dir, { clock });
    let goesOn = true;
    const writing = (async () => {
      for (let offset = 1_201; goesOn; offset++) {
        await ledger.append([published(offset)]);
        clock.advance(400);
      }
    })();
    for (let i = 0; i < 5; i++) expect(faultsOf(await verifyStore({ dir }))).toEqual([]);
    goesOn = false;
    await writing;
    await ledger.close();
  });

  it(`is found altered by each of ${FLIPS} single bits`, async () => {
    const dir = copy();
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(dir, name)).isFile())
      // The fencing epoch proves nothing and may be any number; the slot file's free room is not the store's; the index
      // of rooms is derived from the log.
      .filter((name) => !['epoch', 'keys.slots', 'rooms.sqlite'].includes(name))
      .sort();
    let random = 20_261_125;
    const next = (below: number): number => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((random / 2 ** 32) * below);
    };
    for (let i = 0; i < FLIPS; i++) {
      // By turns from the segments, which are most of the bytes, and from any file.
      const segments = files.filter((name) => name.endsWith('.ndjson'));
      const from = i % 3 === 0 ? segments : files;
      const name = from[next(from.length)] as string;
      const path = join(dir, name);
      const whole = readFileSync(path);
      const at = next(whole.length);
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] as number) ^ (1 << next(8));
      writeFileSync(path, bent);
      const found = await verifyStore({ dir }).then(faultsOf, (why: Error) => [why.message]);
      expect(found, `${name}, byte ${at}`).not.toEqual([]);
      writeFileSync(path, whole);
    }
    expect(faultsOf(await verifyStore({ dir }))).toEqual([]);
  }, 300_000);

  it('names the record that was altered, taken out or put in', async () => {
    const alter = async (change: (text: string) => string): Promise<LogReport | undefined> => {
      const dir = copy();
      const path = segmentsOf(dir)[0] as string;
      writeFileSync(path, change(readFileSync(path, 'utf8')));
      return (await verifyStore({ dir, logs: ['content'] }))[0];
    };
    expect(await alter((text) => text.replace('第77句', '第78句'))).toMatchObject({ record: 77 });
    expect(await alter((text) => text.replace(/^.*"m77".*\n/m, ''))).toMatchObject({ record: 77 });
    expect(await alter((text) => text.replace(/^(.*"m77".*\n)/m, '$1$1'))).toMatchObject({ record: 78 });
    expect(await alter((text) => text.slice(0, text.length / 2))).toMatchObject({ fault: /missing/ });
  });

  it('holds nothing but the logs', async () => {
    for (const [path, fault] of [
      ['content/notes.txt', /notes.txt: is no file of this log/],
      ['content/tile/0/007', /007: is not of the tree/],
      ['content/tile/entries/002.p/99', /99: is not of the tree/],
    ] as const) {
      const dir = copy();
      writeFileSync(join(dir, path), 'x');
      expect((await verifyStore({ dir, logs: ['content'] }))[0]?.fault).toMatch(fault);
    }
  });

  it('has no checkpoint with a stranger’s signature, of another log, or from before', async () => {
    const dir = copy();
    const path = join(dir, 'content', 'checkpoint');
    const note = readFileSync(path, 'utf8');
    const of = async (): Promise<string | undefined> =>
      (await verifyStore({ dir, logs: ['content'] }))[0]?.fault;
    writeFileSync(path, `${note}— somebody AAAAAAAAAAAA\n`);
    expect(await of()).toMatch(/somebody, whom nobody named/);
    writeFileSync(path, readFileSync(join(dir, 'moderation', 'checkpoint')));
    expect(await of()).toMatch(/0 signatures/);
    rmSync(path);
    expect(await of()).toBe('checkpoint: is missing');
  });

  it('whose writer finds an old head, a lost head or a forked tree is not written to', async () => {
    const dir = copy();
    const old = copyOf(dir);
    const clock = new SimulatedClock(Date.UTC(2026, 0, 2));
    const ledger = await open(dir, { clock });
    await ledger.append([published(1_201)]);
    await ledger.close();
    // The old head under the new checkpoint.
    const head = join(dir, 'content', 'head');
    const now = readFileSync(head);
    writeFileSync(head, readFileSync(join(old, 'content', 'head')));
    await expect(open(dir)).rejects.toThrow(/would fork the log/);
    rmSync(head);
    await expect(open(dir)).rejects.toThrow(/would fork the log/);
    writeFileSync(head, String(now).replace(/"size":\d+/, '"size":602'));
    await expect(open(dir)).rejects.toThrow(/head is damaged/);
    writeFileSync(head, now);
    await (await open(dir)).close();
  });

  it('gets its unsynced tiles back, and what was not signed when all were killed', async () => {
    const dir = copy();
    const clock = new SimulatedClock(Date.UTC(2026, 0, 2));
    const ledger = await open(dir, { clock });
    await ledger.append([published(1_201), published(1_202)]);
    // As after a kill: records on disk, no checkpoint over them.
    const killed = copyOf(dir);
    await ledger.close();
    rmSync(join(killed, 'content', 'checkpoint'));
    for (const name of ['0/002.p', 'entries/002.p', '1/000.p'])
      rmSync(join(killed, 'content', 'tile', name), { recursive: true });
    expect(faultsOf(await verifyStore({ dir: killed }))).not.toEqual([]);
    await (await open(killed, { clock })).close();
    const reports = await verifyStore({ dir: killed });
    expect(faultsOf(reports)).toEqual([]);
    expect(reports[0]).toMatchObject({ size: 601, checked: 1_202 });
    expect(existsSync(join(killed, 'content', 'tile', '0', '001'))).toBe(true);
  });
});
