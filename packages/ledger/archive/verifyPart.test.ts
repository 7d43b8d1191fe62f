import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, SimulatedClock } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { realDisk } from '../disk.ts';
import { DayKeys } from '../keys/day.ts';
import { KEK_FILE, readKek } from '../keys/kek.ts';
import { SLOT_FILE, SlotFile } from '../keys/slots.ts';
import { decrypt, encrypt } from '../sealed/cipher.ts';
import { PARQUET } from '../sealed/columns.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { type Order, partName } from '../sealed/names.ts';
import { parseRun, partOf, textOf } from '../sealed/run.ts';
import { DAY_MS, liveDay, NOON, sealedIn } from '../testing/days.ts';
import { copyOf, fresh, open, published } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';
import { Duck } from './duck.ts';

let store: string;
/** Two days, sealed in two parts each. */
beforeAll(async () => {
  store = fresh();
  const clock = new SimulatedClock(NOON);
  const ledger = await open(store, { clock, disk: { ...realDisk }, partRecords: 40 });
  for (let day = 0; day < 2; day++) await liveDay(ledger, clock, day);
  await ledger.sealDue();
  await ledger.close();
}, 180_000);

/**
 * Does what only the keys' owner can: writes objects of the first part anew with other rows (SQL over `rows`), and a
 * run that names them.
 */
async function forge(dir: string, sql: string, orders: readonly Order[]): Promise<void> {
  const slots = new SlotFile(join(dir, SLOT_FILE), readKek(join(dir, KEK_FILE), { readOnly: true }));
  const duck = await Duck.open();
  const path = join(dir, sealedIn(dir).find((name) => name.endsWith('.run')) as string);
  const run = parseRun(readFileSync(path));
  const key = new DayKeys(slots, 'content').derive(run.day, 'segment', false);
  const [first, ...others] = run.parts as [(typeof run.parts)[0], ...typeof run.parts];
  const part = partOf(run, first);
  for (const order of orders) {
    const name = join(dir, partName(part, order));
    const [from, to] = [new MemoryFile(), new MemoryFile()];
    from.write(decrypt(readFileSync(name), key, { ...part, order }), 0);
    await duck.run(
      'forging',
      `COPY (WITH rows AS (FROM read_parquet('${from.path}')) ${sql}) TO '${to.path}' ${PARQUET}`,
    );
    const bytes = encrypt(to.read(), key, { ...part, order });
    writeFileSync(name, bytes);
    first[order] = { bytes: bytes.length, sha256: hash('sha256', bytes, 'base64') };
    for (const file of [from, to]) file.close();
  }
  writeFileSync(path, textOf({ ...run, parts: [first, ...others] }));
  duck.close();
  slots.close();
}

const replaced = (column: string, value: string, where: string): string =>
  `SELECT * REPLACE (CASE WHEN ${where} THEN ${value} ELSE ${column} END AS ${column}) FROM rows`;

describe('a sealed part that its own keeper wrote anew', () => {
  it.each<[string, string, Order[], number, RegExp]>([
    [
      'another text by person',
      replaced('text', `'forged'`, 'n = 13'),
      ['person'],
      13,
      /person: record 13 is another/,
    ],
    [
      'another time by person',
      replaced('ts', 'ts + 1', 'n = 13'),
      ['person'],
      13,
      /person: record 13 is another/,
    ],
    [
      'another text in both',
      replaced('text', `'forged'`, 'n = 13'),
      ['person', 'room'],
      13,
      /room: record 13 was altered/,
    ],
    [
      'other texts by person',
      replaced('text', `text || '.'`, 'n IN (13, 5, 31)'),
      ['person'],
      5,
      /person: record 5 is another one than by room/,
    ],
    ['a record left out', 'SELECT * FROM rows WHERE n <> 7', ['person'], 7, /person: record 7 is missing/],
    [
      'a record there twice',
      'SELECT * FROM rows UNION ALL SELECT * FROM rows WHERE n = 9',
      ['room'],
      9,
      /room: record 9 /,
    ],
    [
      'one in the place of another',
      replaced('n', '3', 'n = 4'),
      ['person'],
      3,
      /person: record 3 is not its own, or/,
    ],
    // What a search by person looks at, beside a line that is kept whole and was signed.
    [
      'another person beside the line',
      replaced('"user"', `'w'`, 'n = 10 AND line IS NOT NULL'),
      ['person', 'room'],
      10,
      /record 10 has another user/,
    ],
    [
      'no person beside the line',
      replaced('"user"', 'NULL', 'n = 10'),
      ['person', 'room'],
      10,
      /record 10 has another user/,
    ],
    [
      'another id beside the line',
      replaced('other_id', `'x'`, 'n = 1'),
      ['person', 'room'],
      1,
      /record 1 has another other_id/,
    ],
    [
      'a column more',
      'SELECT *, 1::BIGINT AS hidden FROM rows',
      ['person'],
      1,
      /person: is no Parquet of records: it has other/,
    ],
  ])('with %s is found', async (_, sql, orders, record, fault) => {
    const dir = copyOf(store);
    await forge(dir, sql, orders);
    const [content] = await verifyStore({ dir, logs: ['content'] });
    expect(content?.fault).toMatch(fault);
    expect(content?.record).toBe(record);
  });

  // Rows of the plain form, and those beside a line that is kept whole.
  it.each([
    ['kind', `'x'`],
    ['room', `'x'`],
    ['broadcast', `'x'`],
    ['nickname', `nickname || 'x'`],
    ['nickname', `''`],
    ['nickname', 'NULL'],
    ['id', 'uuid()'],
    ['other_id', `'x'`],
    ['"offset"', '"offset" + 1'],
    ['"offset"', 'NULL'],
    ['lag', 'lag + 4294967296'],
    ['lag', 'coalesce(lag, 0) - 1'],
    ['line', `coalesce(line, '{}') || ' '`],
  ])('with another %s (%s) of one record by person is found, whichever it is', async (column, value) => {
    for (const n of [12, 13]) {
      const dir = copyOf(store);
      await forge(dir, replaced(column, value, `n = ${n}`), ['person']);
      const [content] = await verifyStore({ dir, logs: ['content'] });
      expect(content?.fault).toMatch(/is another one than by room/);
      expect(content?.record).toBe(n);
    }
  });

  it('with nothing altered holds', async () => {
    const dir = copyOf(store);
    await forge(dir, 'SELECT * FROM rows', ['person', 'room']);
    expect((await verifyStore({ dir, logs: ['content'] }))[0]).not.toHaveProperty('fault');
  });
});

describe('a sealed part with numbers that no column holds', () => {
  it('keeps their lines whole, and holds', async () => {
    const dir = fresh();
    const clock = new SimulatedClock(NOON);
    const ledger = await open(dir, { clock, disk: { ...realDisk } });
    const offsets = [2 ** 60, 2 ** 51, 2 ** 51 - 1, 1];
    await ledger.append(
      offsets.map((offset, i) => published(offset, { room: `r${i}`, id: newId(), ts: NOON, pts: -offset })),
    );
    clock.advance(DAY_MS);
    await ledger.sign();
    await ledger.sealDue();
    const found = await Array.fromAsync(ledger.search({ kind: 'message.published' }));
    expect(found.map((record) => (record as { offset?: number }).offset)).toEqual(offsets);
    await ledger.close();
    expect(sealedIn(dir)).toHaveLength(3);
    expect((await verifyStore({ dir, logs: ['content'] }))[0]).toMatchObject({ checked: 4, unsigned: 0 });
    expect((await verifyStore({ dir, logs: ['content'] }))[0]).not.toHaveProperty('fault');
  });
});

describe('sealed parts in several processes', () => {
  it('hold as they do in one, and the first in order is named where two do not', async () => {
    const dir = copyOf(store);
    const seen: number[] = [];
    const [content] = await verifyStore({
      dir,
      logs: ['content'],
      processes: 2,
      onProgress: (_, n) => seen.push(n),
    });
    expect(content).toMatchObject({ checked: 122, purged: 0 });
    expect(content?.fault).toBeUndefined();
    expect(seen.slice(0, 4).at(-1)).toBe(122);
    const [first = '', ...others] = sealedIn(dir).filter((name) => name.endsWith('.person'));
    for (const name of [first, others.at(-1) as string]) writeFileSync(join(dir, name), 'x');
    const [broken] = await verifyStore({ dir, logs: ['content'], processes: 4 });
    expect(broken).toMatchObject({ fault: `${first}: is not what its run says`, record: 1 });
  }, 180_000);
});
