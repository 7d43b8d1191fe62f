import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { Ledger } from '../ledger.ts';
import { LOGS } from '../record.ts';
import { backedUp, restored } from '../testing/restored.ts';
import { copyOf, fresh, open, published } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';
import { witnessOf } from '../witness/cosignature.ts';
import { type RunningWitness, runWitness } from '../witness/server.ts';
import { beginEpoch } from './begin.ts';

const clock = new SimulatedClock(Date.UTC(2026, 10, 28, 4));
const running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

const read = (dir: string, name: string): string => readFileSync(join(dir, 'content', name), 'utf8');
const vkeysOf = (dir: string): string[] =>
  LOGS.map((log) => readFileSync(join(dir, log, 'vkey'), 'utf8').trim());

async function grown(dir: string, from: number, to: number, witness?: RunningWitness): Promise<void> {
  const witnesses = witness
    ? [{ url: `http://127.0.0.1:${witness.port}`, witness: witnessOf(witness.vkey) }]
    : [];
  const options = { dir, clock, log: silentLog, witnesses };
  const ledger = await Ledger.open(options);
  for (let offset = from; offset <= to; offset++) {
    await ledger.append([published(offset)]);
    clock.advance(101);
  }
  await ledger.close();
  // What was with the witness at the close is signed and cosigned with the next opening.
  await (await Ledger.open(options)).close();
}

const sizeOf = (dir: string): number => Number(read(dir, 'checkpoint').split('\n')[1]);
const faults = async (dir: string): Promise<string[]> =>
  (await verifyStore({ dir })).flatMap(({ log, fault }) => (fault ? [`${log}: ${fault}`] : []));

describe('a log epoch', () => {
  it('goes on under another key, names the last witnessed checkpoint, and says what is missing', async () => {
    const dir = fresh();
    await (await open(dir, { clock })).close();
    const witness = await runWitness({
      dir: fresh(),
      logs: vkeysOf(dir),
      host: '127.0.0.1',
      port: 0,
      clock,
      log: silentLog,
    });
    running.push(witness);
    await grown(dir, 1, 300, witness);
    const backup = backedUp(dir);
    const size = sizeOf(backup);
    await grown(dir, 301, 310, witness);
    const lostLeaves = sizeOf(dir) - size;
    const last = read(dir, 'checkpoint');
    const [old = ''] = vkeysOf(dir);

    await restored(backup, clock.now(), [last]);
    expect(await faults(backup)).toEqual([]);
    const [report] = await verifyStore({ dir: backup });
    const name = old.split('+')[0];
    expect(report).toMatchObject({ size: size + 1, checked: 300, witnessed: false });
    expect(report?.origin).not.toBe(name);
    expect(report?.epochs).toMatchObject([
      {
        epoch: 2,
        leaf: size,
        after: name,
        size: size + lostLeaves,
        lostLeaves,
        kept: 300,
        witnessedBy: [witness.vkey.split('+')[0]],
      },
    ]);
    // The service goes on: numbers follow, the tree holds, and the witness takes the epoch as a log of its own.
    const second = await runWitness({
      dir: fresh(),
      logs: vkeysOf(backup),
      host: '127.0.0.1',
      port: 0,
      clock,
      log: silentLog,
    });
    running.push(second);
    await grown(backup, 301, 305, second);
    const [after] = await verifyStore({ dir: backup, logs: ['content'] });
    expect(after).toMatchObject({ checked: 305, witnessed: true });
  });

  it('follows upon an epoch, and loses nothing where nothing came after the backup', async () => {
    const dir = fresh();
    await grown(dir, 1, 3);
    const copy = backedUp(dir);
    await restored(copy, clock.now());
    await grown(copy, 4, 5);
    const again = backedUp(copy);
    await restored(again, clock.now());
    expect(await faults(again)).toEqual([]);
    const [report] = await verifyStore({ dir: again });
    expect(
      report?.epochs.map(({ epoch, leaf, lostLeaves, kept }) => [epoch, leaf, lostLeaves, kept]),
    ).toEqual([
      [2, 3, 0, 3],
      [3, 6, 0, 5],
    ]);
    await grown(again, 6, 6);
    expect(await faults(again)).toEqual([]);
  });

  it('is refused where a checkpoint knows another history, and found out where its leaf was made up', async () => {
    const dir = fresh();
    await grown(dir, 1, 3);
    const backup = backedUp(dir);
    await expect(
      beginEpoch({
        dir: backup,
        log: 'content',
        at: 1,
        since: 0,
        checkpoints: [read(dir, 'checkpoint').replace('\n3\n', '\n4\n')],
      }),
    ).rejects.toThrow('does not hold');
    // The same key over another history: who was given the old one's checkpoint refuses this one.
    const forked = copyOf(dir);
    rmSync(join(forked, 'content'), { recursive: true });
    cpSync(join(dir, 'content', 'signer'), join(forked, 'content', 'signer'));
    await grown(forked, 101, 103);
    const last = read(dir, 'checkpoint');
    await expect(
      beginEpoch({ dir: backedUp(forked), log: 'content', at: 1, since: 0, checkpoints: [last] }),
    ).rejects.toThrow('two checkpoints of size 3 have different roots');
    await restored(backup, clock.now());
    writeFileSync(join(backup, 'content', 'former'), read(backup, 'vkey'));
    expect(await faults(backup)).toEqual([
      expect.stringContaining('content: tile/entries: leaf 3 begins an epoch'),
    ]);
    rmSync(join(backup, 'content', 'former'));
    expect(await faults(backup)).toEqual([expect.stringContaining('content: former: names 0 keys')]);
  });
});
