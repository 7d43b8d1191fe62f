import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock, SimulatedClock, silentLog } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { realDisk } from '../disk.ts';
import { Ledger } from '../ledger.ts';
import { DAY_MS, liveDay, NOON, sealedIn } from '../testing/days.ts';
import { purged } from '../testing/purged.ts';
import { backedUp, restored } from '../testing/restored.ts';
import { fresh, open, published, segmentsOf } from '../testing/store.ts';
import { Frontier } from '../tree/frontier.ts';
import { leafHash } from '../tree/hash.ts';
import { consistencyProof, inclusionProof } from '../tree/proof.ts';
import { hashesOf, tilePath } from '../tree/tile.ts';
import { witnessOf } from '../witness/cosignature.ts';
import { runWitness } from '../witness/server.ts';

let program: string;
/** The verifier in Go, written from the README alone, on Debian's golang.org/x/mod. */
const verifier = (args: string[], input = ''): { status: number | null; out: string } => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', input });
  return { status, out: stdout + stderr };
};

beforeAll(() => {
  const dir = fresh();
  program = join(dir, 'verifier');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: import.meta.dirname,
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(dir, 'cache') },
  });
}, 300_000);

describe('the verifier in Go', () => {
  it('finds a store sound, and finds the record that was altered', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    let ledger = await open(dir, { clock });
    for (let offset = 1; offset <= 600; offset += 2) {
      await ledger.append([published(offset), published(offset + 1)]);
      clock.advance(101);
      if (offset === 301) {
        await ledger.close();
        clock.advance(86_400_000);
        ledger = await open(dir, { clock });
      }
    }
    await ledger.apply('access', 1, { kind: 'identity.revealed', ts: clock.now() });
    await ledger.close();
    expect(verifier([dir])).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^content: holds, 600 records .*\nmoderation: holds, 0 .*\naccess: holds, 1 .*\nretention: holds, 0/,
      ),
    });
    const [segment = ''] = segmentsOf(dir);
    writeFileSync(segment, readFileSync(segment, 'utf8').replace('第77句', '第78句'));
    expect(verifier([dir])).toMatchObject({
      status: 1,
      out: expect.stringContaining('content: does not hold: one of the records 77 to 78 was altered'),
    });
  });

  it('tells the epoch of a restored store and what is missing, and finds one that was made up', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    const grow = async (store: string, from: number, to: number): Promise<void> => {
      const ledger = await open(store, { clock });
      for (let offset = from; offset <= to; offset++) {
        await ledger.append([published(offset)]);
        clock.advance(101);
      }
      await ledger.close();
    };
    await grow(dir, 1, 260);
    const backup = backedUp(dir);
    await grow(dir, 261, 265);
    const last = readFileSync(join(dir, 'content', 'checkpoint'), 'utf8');
    await restored(backup, clock.now(), [last]);
    await grow(backup, 261, 262);
    const told = verifier([backup]);
    expect(told).toMatchObject({ status: 0, out: expect.stringMatching(/^content: holds, 262 records/) });
    expect(told.out).toMatch(
      /epoch 2 from leaf 260: restored after weir-\w+\/content at size 265, 5 leaves lost/,
    );
    writeFileSync(join(backup, 'content', 'former'), readFileSync(join(backup, 'content', 'vkey')));
    expect(verifier([backup])).toMatchObject({
      status: 1,
      out: expect.stringContaining('content: does not hold: leaf 260 begins an epoch'),
    });
  });

  it('opens a checkpoint with the cosignature of a witness, and misses one that is not there', async () => {
    const dir = fresh();
    await (await open(dir)).close();
    const vkeys = ['content', 'moderation', 'access', 'retention'].map((log) =>
      readFileSync(join(dir, log, 'vkey'), 'utf8').trim(),
    );
    const running = await runWitness({
      dir: fresh(),
      logs: vkeys,
      host: '127.0.0.1',
      port: 0,
      clock: realClock,
      log: silentLog,
    });
    const witnesses = [{ url: `http://127.0.0.1:${running.port}`, witness: witnessOf(running.vkey) }];
    const ledger = await Ledger.open({ dir, clock: realClock, log: silentLog, witnesses });
    await ledger.append([published(1)]);
    await ledger.close();
    await running.close();
    const kek = join(dir, 'kek');
    expect(verifier([dir, kek, running.vkey])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^content: holds, 1 records/),
    });
    const path = join(dir, 'content', 'checkpoint');
    const note = readFileSync(path, 'utf8');
    writeFileSync(path, note.slice(0, note.lastIndexOf('— ')));
    expect(verifier([dir, kek, running.vkey])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/a witness has not signed/),
    });
    expect(verifier([dir, kek]).status).toBe(0);
  });

  it('finds sealed days authentic and under the tree, says what it did not read, and finds a bit that was changed', async () => {
    const dir = fresh();
    const clock = new SimulatedClock(NOON);
    const ledger = await open(dir, { clock, disk: { ...realDisk }, partRecords: 40 });
    await liveDay(ledger, clock, 0);
    await ledger.sealDue();
    await ledger.append([published(1_000)]);
    await ledger.close();
    expect(verifier([dir])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^content: holds, 1 records .*\ncontent: 61 records in sealed days/),
    });
    for (const name of sealedIn(dir)) {
      const path = join(dir, name);
      const whole = readFileSync(path);
      const bent = Buffer.from(whole);
      bent[Math.floor(whole.length / 2)] = (whole[Math.floor(whole.length / 2)] as number) ^ 1;
      writeFileSync(path, bent);
      expect(verifier([dir]).status, name).toBe(1);
      writeFileSync(path, whole);
    }
  });

  it('holds what is gone against its receipts, in open days and in sealed ones, and finds what has none', async () => {
    const dir = fresh();
    const { ledger, clock, receipt, held, close } = await purged(dir);
    const without = verifier([dir]);
    expect(without.status).toBe(1);
    expect(without.out).toMatch(/receipts: do not hold: content \d{4}-\d\d-\d\d is gone without a receipt/);
    await ledger.apply('retention', 2, receipt as Parameters<typeof ledger.apply>[2]);
    const sound = {
      status: 0,
      out: expect.stringContaining('receipts: hold, 1 days gone, 1 files carried over, 1 holds'),
    };
    const holds = async () => {
      await ledger.sign();
      expect(verifier([dir])).toMatchObject(sound);
    };
    await holds();
    for (let day = 63; day < 66; day++) {
      clock.moveTo(day * DAY_MS);
      await ledger.apply('retention', day - 60, { kind: 'retention.confirmed', ts: clock.now() });
      await ledger.sign();
      await ledger.sealDue();
    }
    expect(sealedIn(dir).filter((name) => name.includes('retention'))).toHaveLength(4 * 3);
    // The rows of sealed days are read too, and held against their leaves.
    await holds();
    expect(verifier([dir]).out).toMatch(/retention: holds, 5 records/);
    for (const [folder, fault] of [
      ['kept', /: kept content .*: 0 of 1 records that outlived .* are there/],
      ['cases', /: case .* was held, is gone, and nobody released it/],
    ] as const) {
      renameSync(join(dir, folder), join(dir, 'away'));
      expect(verifier([dir])).toMatchObject({ status: 1, out: expect.stringMatching(fault) });
      renameSync(join(dir, 'away'), join(dir, folder));
    }
    const [kept = ''] = readdirSync(join(dir, 'kept'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.keep'),
    );
    const path = join(dir, 'kept', kept);
    const whole = readFileSync(path);
    writeFileSync(path, whole.with(60, (whole[60] as number) ^ 1));
    expect(verifier([dir])).toMatchObject({
      status: 1,
      out: expect.stringContaining('receipts: do not hold'),
    });
    writeFileSync(path, whole);
    await ledger.apply('retention', 6, { kind: 'hold.released', ts: clock.now(), id: held, case: 'C' });
    await ledger.sign();
    expect(verifier([dir]).out).toContain('receipts: hold, 1 days gone, 1 files carried over, 0 holds');
    await close();
  });

  it('accepts the proofs that Weir makes, for trees of every shape', async () => {
    const files = new Map<string, Buffer>();
    const frontier = new Frontier();
    const roots = [frontier.root()];
    const lines: string[] = [];
    const sizes = new Set([1, 2, 3, 7, 8, 255, 256, 257, 300, 511, 512, 513, 700]);
    const base64 = (hash: Buffer): string => hash.toString('base64');
    for (let size = 1; size <= 700; size++) {
      for (const { path, bytes } of frontier.add(Buffer.from(`entry ${size - 1}`))) files.set(path, bytes);
      roots.push(frontier.root());
      if (!sizes.has(size)) continue;
      for (const { path, bytes } of frontier.partial()) files.set(path, bytes);
      for (let i = 0; i < 20; i++) {
        const index = (i * 37) % size;
        const from = ((i * 53) % size) + 1;
        const read = async (tile: Parameters<typeof tilePath>[0]): Promise<Buffer[]> =>
          hashesOf(files.get(tilePath(tile)) as Buffer);
        lines.push(
          JSON.stringify({
            size,
            root: base64(frontier.root()),
            index,
            leaf: base64(leafHash(Buffer.from(`entry ${index}`))),
            inclusion: (await inclusionProof(index, size, read)).map(base64),
            from,
            fromRoot: base64(roots[from] as Buffer),
            consistency: (await consistencyProof(from, size, read)).map(base64),
          }),
        );
      }
    }
    expect(verifier(['proofs'], lines.join('\n'))).toEqual({ status: 0, out: '' });
    const bent = lines.map((line) =>
      line.replace(/"index":(\d+)/, (_, index) => `"index":${Number(index) + 1}`),
    );
    expect(verifier(['proofs'], bent.join('\n')).status).toBe(1);
  });
});
