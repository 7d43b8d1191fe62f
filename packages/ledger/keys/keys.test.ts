import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import type { LedgerRecord } from '../record.ts';
import { fresh, open, published } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';
import { adoptKeyFiles } from './files.ts';
import { SLOT_FILE, SlotFile } from './slots.ts';

const kek = Buffer.alloc(32, 7);

describe('a slot file', () => {
  it('holds no trace of a key that was destroyed, and tells it from one that never was', () => {
    const path = join(fresh(), SLOT_FILE);
    const slots = new SlotFile(path, kek);
    slots.make('content 2026-11-24');
    const key = Buffer.from(slots.make('content 2026-11-25'));
    const before = readFileSync(path);
    expect(slots.destroy('content 2026-11-25')).toBe(true);
    expect(slots.destroy('content 2026-11-25')).toBe(false);
    slots.close();
    const after = readFileSync(path);
    // The second slot: nonce, wrapped key and tag are zeros now; its label stays, and so does the first slot.
    expect(before.subarray(128 + 64, 256).equals(Buffer.alloc(64))).toBe(false);
    expect(after.subarray(128 + 64, 256).equals(Buffer.alloc(64))).toBe(true);
    expect(after.subarray(0, 128).equals(before.subarray(0, 128))).toBe(true);
    const again = new SlotFile(path, kek);
    expect(again.get('content 2026-11-25')).toBeUndefined();
    expect([again.isDestroyed('content 2026-11-25'), again.isDestroyed('content 2026-11-26')]).toEqual([
      true,
      false,
    ]);
    expect(again.get('content 2026-11-24')).toHaveLength(32);
    // A new key under the same label is another one.
    expect(again.make('content 2026-11-25').equals(key)).toBe(false);
    again.close();
  });

  it('takes over keys that lay in files of their own, once, also where it was interrupted', () => {
    const dir = fresh();
    const folder = join(dir, 'content', 'keys');
    const key = (fill: number): Buffer => Buffer.alloc(32, fill);
    const lay = (day: string, bytes: Buffer): void => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, day), bytes);
    };
    lay('2026-11-24', key(1));
    lay('2026-11-25', key(2));
    const slots = new SlotFile(join(dir, SLOT_FILE), kek);
    // A crash after the first of them: its file is still there, overwritten.
    slots.make('content 2026-11-24', key(1));
    lay('2026-11-24', Buffer.alloc(32));
    adoptKeyFiles(dir, slots);
    expect(slots.get('content 2026-11-24')).toEqual(key(1));
    expect(slots.get('content 2026-11-25')).toEqual(key(2));
    expect(existsSync(folder)).toBe(false);
    slots.close();
    const again = new SlotFile(join(dir, SLOT_FILE), kek);
    expect(again.labels()).toEqual(['content 2026-11-24', 'content 2026-11-25']);
    again.close();
    expect(() => new SlotFile(join(dir, SLOT_FILE), Buffer.alloc(32, 8))).toThrow(
      /another key-encryption key/,
    );
  });
});

describe('a store', () => {
  it('keeps what somebody typed with half a character, and still verifies', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    const half = { ...published(1), text: 'a\ud83d', note: ['\udc00b', { '\ud800': 1 }] } as LedgerRecord;
    expect(await ledger.append([half, published(2)])).toBe(2);
    const [record] = await Array.fromAsync(ledger.search({ log: 'content' }));
    expect(record).toMatchObject({ text: 'a\ufffd', note: ['\ufffdb', { '\ufffd': 1 }] });
    await ledger.close();
    expect((await verifyStore({ dir })).flatMap(({ fault }) => fault ?? [])).toEqual([]);
  });

  it('acknowledges and signs nothing while its epoch cannot be read, and goes on afterwards', async () => {
    const dir = fresh();
    const clock = new SimulatedClock();
    const ledger = await open(dir, { clock });
    await ledger.append([published(1)]);
    const path = join(dir, 'epoch');
    const epoch = readFileSync(path);
    rmSync(path);
    mkdirSync(path);
    await expect(ledger.append([published(2)])).rejects.toMatchObject({ code: 'storage_failed' });
    await ledger.sign();
    expect(existsSync(join(dir, 'content', 'checkpoint'))).toBe(false);
    rmSync(path, { recursive: true });
    writeFileSync(path, epoch);
    expect(await ledger.append([published(2, { id: 'later' })])).toBe(2);
    await ledger.close();
    const again = await open(dir, { clock });
    expect((await again.history('r', { limit: 9 })).map(({ id }) => id)).toEqual(['m1', 'later']);
    await again.close();
  });
});
