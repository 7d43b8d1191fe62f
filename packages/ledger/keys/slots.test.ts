import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fresh } from '../testing/store.ts';
import { readKek } from './kek.ts';
import { SLOT_FILE, SlotFile } from './slots.ts';

/** Kills in CI, and in the full matrix. */
const KILLS = process.env['WEIR_TEST_FULL'] ? 100 : 6;
const SLOT_BYTES = 128;
const KEY_PART = 64;

let dir: string;
let path: string;
let kek: string;
beforeEach(() => {
  dir = fresh();
  path = join(dir, SLOT_FILE);
  kek = join(dir, 'kek');
});
const open = (): SlotFile => new SlotFile(path, readKek(kek));

/** Slots that hold the label, as they stand on disk. */
const slotsOf = (label: string): Buffer[] => {
  const all = readFileSync(path);
  return Array.from({ length: all.length / SLOT_BYTES }, (_, i) =>
    all.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES),
  ).filter((slot) => slot.subarray(1, KEY_PART).toString().replaceAll('\0', '') === label);
};

describe('a key that is destroyed', () => {
  it('is overwritten where it lay, and told from one that never was', () => {
    const slots = open();
    slots.make('content 2026-01-01');
    const wrapped = Buffer.from(slotsOf('content 2026-01-01')[0]?.subarray(KEY_PART) as Buffer);
    expect(slots.destroy('content 2026-01-01')).toBe(true);
    expect(slots.destroy('content 2026-01-01')).toBe(false);
    expect(slotsOf('content 2026-01-01')).toHaveLength(1);
    expect(
      slotsOf('content 2026-01-01')[0]
        ?.subarray(KEY_PART)
        .every((byte) => byte === 0),
    ).toBe(true);
    expect(readFileSync(path).includes(wrapped.subarray(0, 12))).toBe(false);
    expect([slots.isDestroyed('content 2026-01-01'), slots.isDestroyed('content 2026-01-02')]).toEqual([
      true,
      false,
    ]);
    // A clock set back comes by the same day again: another key, and it stays known that one has gone.
    slots.make('content 2026-01-01');
    slots.close();
    const again = open();
    expect(again.get('content 2026-01-01')).toHaveLength(32);
    expect(again.wasDestroyed('content 2026-01-01')).toBe(true);
    expect(again.isDestroyed('content 2026-01-01')).toBe(false);
    again.close();
  });

  it('whose overwriting was broken off leaves nothing once the file is opened again', () => {
    const slots = open();
    slots.make('content 2026-01-01');
    slots.close();
    const bytes = readFileSync(path);
    // The state is on disk, the rest of the slot still has the wrapped key.
    bytes[0] = 2;
    writeFileSync(path, bytes);
    const again = open();
    expect(again.isDestroyed('content 2026-01-01')).toBe(true);
    again.close();
    expect(
      slotsOf('content 2026-01-01')[0]
        ?.subarray(KEY_PART)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it(
    `is gone, and every other there, after each of ${KILLS} kills in the middle of it`,
    async () => {
      for (let run = 0; run < KILLS; run++) {
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, 'slots.child.ts'), path, kek, String(run)],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        let said = '';
        await new Promise<void>((resolve) => {
          child.stdout.on('data', (text: Buffer) => {
            said += text;
            // Some hundred bytes more each run, so that the kill comes at another moment.
            if (said.length > 200 + run * 97) resolve();
          });
        });
        const gone = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGKILL');
        await gone;
        const slots = open();
        const lines = said.split('\n').slice(0, -1);
        const destroyed = new Set(
          lines.filter((line) => line.startsWith('gone ')).map((line) => line.slice(5)),
        );
        for (const label of destroyed) expect(slots.isDestroyed(label), label).toBe(true);
        for (const line of lines.filter((one) => one.startsWith('made '))) {
          const label = line.slice(5);
          // The last one may have been on its way out.
          if (!slots.isDestroyed(label)) expect(slots.get(label), label).toHaveLength(32);
        }
        slots.close();
        for (const label of destroyed)
          expect(slotsOf(label).every((slot) => slot.subarray(KEY_PART).every((byte) => byte === 0))).toBe(
            true,
          );
      }
    },
    60_000 + KILLS * 4_000,
  );
});
