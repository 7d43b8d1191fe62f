import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MovedClock } from '@weir/kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { KEK_FILE } from '../keys/kek.ts';
import { SLOT_FILE } from '../keys/slots.ts';
import { type Keeping, openKeeping } from '../testing/keeping.ts';
import { fresh, published } from '../testing/store.ts';
import { type KeptReport, verifyKeptStore } from '../verify/kept.ts';
import type { HoldAsk } from './case.ts';

const DAY_MS = 86_400_000;
const PICTURE = Buffer.from('a picture of nothing, again and again '.repeat(100_000));
const PATH = 'r/2026-01-01/1.2.s.flv';

const ask = (what: HoldAsk['what'], quotaBytes = 8_000_000): HoldAsk => ({
  case: 'C-1',
  reason: '申诉期间',
  responsible: 'someone',
  reviewOn: '2126-01-01',
  what,
  quotaBytes,
});

async function verify(dir: string): Promise<KeptReport[]> {
  return verifyKeptStore({ dir });
}

let dir: string;
let clock: MovedClock;
let kept: Keeping;

beforeEach(async () => {
  dir = fresh();
  clock = new MovedClock(0);
  kept = await openKeeping(dir, clock);
  const ts = clock.now();
  mkdirSync(dirname(join(dir, 'media', PATH)), { recursive: true });
  writeFileSync(join(dir, 'media', PATH), PICTURE);
  const hash = createHash('sha256').update(PICTURE).digest('hex');
  await kept.ledger.append([
    ...[1, 2, 3].map((offset) => published(offset, { ts, user: offset === 2 ? 'x' : 'u' })),
    {
      kind: 'segment.recorded',
      ts,
      broadcast: 'r',
      session: 's',
      path: PATH,
      bytes: PICTURE.length,
      hash,
      fromMs: ts,
      toMs: ts,
    },
    published(1, { ts, room: 'other', broadcast: 'other', id: 'elsewhere' }),
  ]);
});

const held = async (id: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { record } of kept.holds.records(id)) found.push(String(record['text'] ?? record.kind));
  return found;
};

describe('a hold', () => {
  it('outlives the key of the day, verifies offline, and goes with its own key', async () => {
    const { id, records } = await kept.holds.place(ask({ broadcast: 'r' }), 'admin');
    expect(records).toBe(4);
    clock.moveTo(61 * DAY_MS);
    expect((await kept.retention.run())?.parts).toMatchObject([{ gone: 5, carried: {} }]);
    rmSync(join(dir, 'media'), { recursive: true });
    expect(await held(id)).toEqual(['第1句', '第2句', '第3句', 'segment.recorded']);
    await kept.close();
    expect(await verify(dir)).toEqual([{ part: `cases/${id}`, checked: 4, media: 1 }]);
    // Elsewhere, with the case alone: the proofs need no tile of the store.
    const alone = fresh();
    for (const name of [SLOT_FILE, KEK_FILE, 'cases'])
      cpSync(join(dir, name), join(alone, name), { recursive: true });
    expect(await verify(alone)).toEqual([{ part: `cases/${id}`, checked: 4, media: 1 }]);
    kept = await openKeeping(dir, clock);
    expect(kept.holds.list()).toMatchObject([{ id, case: 'C-1', responsible: 'someone' }]);
    const slots = readFileSync(join(dir, SLOT_FILE));
    await kept.holds.release(id);
    expect(readFileSync(join(dir, SLOT_FILE)).equals(slots)).toBe(false);
    expect(existsSync(join(dir, 'cases', id))).toBe(false);
    expect(kept.ledger.slots.isDestroyed(`case ${id}`)).toBe(true);
    await expect(held(id)).rejects.toThrow('not_found');
    await kept.close();
  });

  it('names a room with its recordings, a person, single records, or what was carried over already', async () => {
    const room = await kept.holds.place(ask({ room: 'r' }), 'admin');
    const all = ['第1句', '第2句', '第3句', 'segment.recorded'];
    expect(await held(room.id)).toEqual(all);
    expect(room.media).toHaveLength(1);
    await kept.holds.release(room.id);
    expect(await held((await kept.holds.place(ask({ user: 'x' }), 'admin')).id)).toEqual(['第2句']);
    const records = [{ log: 'content' as const, n: 3 }];
    expect(await held((await kept.holds.place(ask({ records }), 'admin')).id)).toEqual(['第3句']);
    kept.world.commerce.add('r');
    clock.moveTo(61 * DAY_MS);
    expect((await kept.retention.run())?.parts).toMatchObject([{ gone: 1 }]);
    const late = await kept.holds.place(ask({ room: 'r' }), 'admin');
    expect(await held(late.id)).toEqual(all);
    await kept.close();
    expect((await verify(dir)).filter(({ fault }) => fault)).toEqual([]);
  });

  it('keeps within its quota and that of all, or holds nothing', async () => {
    const before = kept.ledger.slots.labels().length;
    await expect(kept.holds.place(ask({ broadcast: 'r' }, 1_000), 'admin')).rejects.toThrow('hold_too_large');
    expect(existsSync(join(dir, 'cases')) ? readdirSync(join(dir, 'cases')) : []).toEqual([]);
    expect(kept.holds.list()).toEqual([]);
    // Two recordings fit into what all may take, three do not.
    await kept.holds.place(ask({ broadcast: 'r' }), 'admin');
    await kept.holds.place(ask({ broadcast: 'r' }), 'admin');
    await expect(kept.holds.place(ask({ broadcast: 'r' }), 'admin')).rejects.toThrow('hold_too_large');
    await expect(kept.holds.place(ask({ user: 'nobody' }), 'admin')).rejects.toThrow('not_found');
    await expect(kept.holds.place(ask({}), 'admin')).rejects.toThrow('bad_request');
    expect(kept.ledger.slots.labels().filter((label) => kept.ledger.slots.get(label)?.length).length).toBe(
      before + 2,
    );
    await kept.close();
  });

  it('that a crash broke off is cleared away at the next opening, its key first', async () => {
    const { id } = await kept.holds.place(ask({ broadcast: 'r' }), 'admin');
    await kept.close();
    rmSync(join(dir, 'cases', id, 'case.keep'));
    kept = await openKeeping(dir, clock);
    expect(kept.holds.list()).toEqual([]);
    expect(existsSync(join(dir, 'cases', id))).toBe(false);
    expect(kept.ledger.slots.isDestroyed(`case ${id}`)).toBe(true);
    await kept.close();
  });

  it('is looked at again on the day that the last review says, over a restart, the next one first', async () => {
    const first = await kept.holds.place(ask({ user: 'x' }), 'admin');
    const second = await kept.holds.place({ ...ask({ user: 'u' }), reviewOn: '2125-01-01' }, 'admin');
    const order = (): string[] => kept.holds.list().map(({ id }) => id);
    expect(order()).toEqual([second.id, first.id]);
    const review = { at: clock.now(), by: 'admin', reviewOn: '2127-01-01', note: '法院未结' };
    await kept.holds.review(second.id, { ...review, reviewOn: '2126-06-01' });
    expect(await kept.holds.review(second.id, review)).toMatchObject({ reviewOn: '2127-01-01' });
    expect(order()).toEqual([first.id, second.id]);
    const { bytes } = kept.holds.quota;
    await kept.close();
    kept = await openKeeping(dir, clock);
    expect(order()).toEqual([first.id, second.id]);
    expect(kept.holds.quota).toEqual({ bytes, totalBytes: 10_000_000 });
    expect(kept.holds.get(second.id)?.reviews).toMatchObject([{ reviewOn: '2126-06-01' }, review]);
    expect(await held(second.id)).toEqual(['第1句', '第3句', '第1句']);
    await expect(kept.holds.review('nothing', review)).rejects.toThrow('not_found');
    await kept.close();
    expect((await verify(dir)).filter(({ fault }) => fault)).toEqual([]);
  });

  it('is found altered by each of 40 single bits', async () => {
    const { id } = await kept.holds.place(ask({ broadcast: 'r' }), 'admin');
    await kept.holds.review(id, { at: 1, by: 'admin', reviewOn: '2126-02-01', note: '续' });
    await kept.close();
    const folder = join(dir, 'cases', id);
    const names = readdirSync(folder).sort();
    expect(names).toEqual(['case.keep', 'media-00000.keep', 'review.keep']);
    for (let i = 0; i < 40; i++) {
      const path = join(folder, names[i % 3] as string);
      const whole = readFileSync(path);
      const at = Math.floor((whole.length * (i + 0.5)) / 40);
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] as number) ^ (1 << (i % 8));
      writeFileSync(path, bent);
      expect((await verify(dir))[0]?.fault, `${path}, byte ${at}`).toBeDefined();
      writeFileSync(path, whole);
    }
    expect((await verify(dir))[0]?.fault).toBeUndefined();
  });
});
