import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../ledger.ts';
import type { LedgerRecord } from '../record.ts';
import { fresh, open, published, segmentsOf } from '../testing/store.ts';
import { INDEX_FILE } from './store.ts';

const held = (id: string): LedgerRecord => ({ ...published(0), kind: 'message.held', id, mode: 'review' });
const recalled = (id: string): LedgerRecord => ({
  kind: 'message.recalled',
  ts: 1,
  room: 'r',
  broadcast: 'r',
  id,
  by: 's',
});

const stateOf = async (ledger: Ledger): Promise<unknown> => ({
  offset: ledger.offset('r'),
  held: ledger.held('r').map(({ id, text }) => [id, text]),
  recalled: ['m1', 'm5', 'm150', 'm250'].map((id) => ledger.isRecalled('r', id)),
  far: (await ledger.history('r', { after: 3, limit: 4 })).map(({ offset }) => offset),
  late: (await ledger.history('r', { after: 240, limit: 20 })).map(({ offset }) => offset),
  latest: (await ledger.history('r', { limit: 3 })).map(({ offset }) => offset),
  found: await ledger.findMessage('m7'),
});

/** Three segments of 100 messages each, with acts between them; the index as it stood after each. */
async function make(): Promise<{ dir: string; clock: SimulatedClock; indexes: string[]; state: unknown }> {
  const dir = fresh();
  const clock = new SimulatedClock();
  const indexes: string[] = [];
  let state: unknown;
  for (let part = 0; part < 3; part++) {
    const ledger = await open(dir, { clock });
    for (let i = 1; i <= 100; i++) await ledger.append([published(part * 100 + i)]);
    await ledger.append([held(`h${part}`), held(`g${part}`), recalled(`m${part * 100 + 50}`)]);
    if (part > 0) await ledger.append([{ ...recalled(`g${part - 1}`), kind: 'message.refused', user: 'u' }]);
    state = await stateOf(ledger);
    await ledger.close();
    indexes.push(join(fresh(), INDEX_FILE));
    cpSync(join(dir, INDEX_FILE), indexes[part] as string);
    clock.advance(11 * 60_000);
  }
  return { dir, clock, indexes, state };
}

describe('the index of rooms', () => {
  it('opens a store without reading its past, and the past is still found', async () => {
    const { dir, clock, state } = await make();
    const segments = segmentsOf(dir);
    expect(segments.length).toBeGreaterThanOrEqual(3);
    // A line of the past that is no record any more: who reads it at opening refuses the store.
    const bytes = readFileSync(segments[0] as string);
    const bent = Buffer.from(bytes);
    bent[0] = 0x5b;
    writeFileSync(segments[0] as string, bent);
    const again = await open(dir, { clock });
    writeFileSync(segments[0] as string, bytes);
    expect(await stateOf(again)).toEqual(state);
    await again.close();
  });

  it('that is older, missing, damaged or of another store is brought up to the log', async () => {
    const { dir, clock, indexes, state } = await make();
    const path = join(dir, INDEX_FILE);
    const other = await make();
    const whole = readFileSync(path);
    const spoilt = (change: (bytes: Buffer) => void): (() => void) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return () => writeFileSync(path, bytes);
    };
    const changes: [string, () => void][] = [
      ['one segment behind', () => cpSync(indexes[1] as string, path)],
      ['two segments behind', () => cpSync(indexes[0] as string, path)],
      ['missing', () => rmSync(path)],
      ['of another store', () => cpSync(join(other.dir, INDEX_FILE), path)],
      ['cut in half', spoilt((bytes) => bytes.fill(0, bytes.length / 2))],
      ['no index', spoilt((bytes) => bytes.fill(7))],
    ];
    for (const [what, change] of changes) {
      change();
      const again = await open(dir, { clock });
      expect(await stateOf(again), what).toEqual(state);
      await again.append([recalled('m50'), held('h1')]);
      expect(again.last('content'), what).toBe(311);
      await again.close();
    }
  });

  it('that knows more than the log has is made again', async () => {
    const { dir, clock, indexes } = await make();
    const [first = ''] = segmentsOf(dir);
    const copy = fresh();
    cpSync(dir, copy, { recursive: true });
    // The log of an earlier day under the index of a later one: as after a careless restore.
    for (const name of ['checkpoint', 'head', 'tile'])
      rmSync(join(copy, 'content', name), { recursive: true });
    for (const path of segmentsOf(copy).slice(1)) rmSync(path);
    expect(statSync(first).size).toBeGreaterThan(0);
    expect(readFileSync(indexes[2] as string).equals(readFileSync(join(copy, INDEX_FILE)))).toBe(true);
    const again = await open(copy, { clock });
    expect([again.last('content'), again.offset('r')]).toEqual([103, 100]);
    expect(again.isRecalled('r', 'm150')).toBe(false);
    await again.close();
  });
});
