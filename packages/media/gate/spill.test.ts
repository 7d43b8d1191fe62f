import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';
import { Audience, Publisher } from './testing/studio.ts';

const MEMORY_BYTES = 1 << 20;
const DELAY_MS = 60_000;
const STEP_MS = 100;
/** Bytes of a publisher's frame that no other file holds: `studio.picture` writes its mark in a run of zeros. */
const FRAME_BYTES = 20_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-spill-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** This process's open files under `dir` that have no name any more. */
const nameless = (): string[] =>
  readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter((path) => {
      try {
        return readlinkSync(path).startsWith(dir);
      } catch {
        return false;
      }
    });

function stage(spillBytes: number) {
  const clock = new SimulatedClock();
  const audience = new Audience(() => clock.mono());
  const gate = new Gate({
    ...{ clock, outlet: audience, settings: { mode: 'delay' as const, delayMs: DELAY_MS } },
    ...{ spillDir: dir, memoryBytes: MEMORY_BYTES, spillBytes, log: silentLog },
  });
  const publisher = new Publisher((packet) => gate.push(packet), { bytes: FRAME_BYTES });
  publisher.connect();
  const held: number[] = [];
  const roomOnDisk = (): boolean => gate.heldBytes.spill + MEMORY_BYTES < spillBytes;
  /** Lets time pass, and the disk work in it. */
  const run = async (ms: number): Promise<void> => {
    for (let t = 0; t < ms; t += STEP_MS) {
      clock.advance(STEP_MS);
      publisher.run(STEP_MS);
      held.push(gate.heldBytes.memory);
      await sleep(2);
      // A minute passes here within seconds: the disk gets the time it would have had.
      for (let i = 0; i < 50 && roomOnDisk() && gate.heldBytes.memory > 0.75 * MEMORY_BYTES; i++)
        await sleep(1);
    }
  };
  return { gate, audience, publisher, run, held };
}

describe('a delay longer than memory', () => {
  test('goes to disk and comes back whole, in order and in its time; memory keeps its bound', async () => {
    const { gate, audience, publisher, run, held } = stage(256 << 20);
    await run(DELAY_MS);
    expect(gate.heldBytes.spill).toBeGreaterThan(20 * MEMORY_BYTES);
    await run(20_000);
    const marks = audience.media.map(({ mark }) => mark).sort((a, b) => a - b);
    expect(marks).toEqual(Array.from({ length: marks.length }, (_, i) => i + 1));
    expect(marks.length).toBeGreaterThan(20 * 60);
    expect(marks.length).toBeLessThan(publisher.mark);
    expect(Math.max(...held)).toBeLessThanOrEqual(MEMORY_BYTES);
    await gate.close();
  }, 180_000);

  test('lies on disk without a name and sealed: nobody else reads a frame of it', async () => {
    const { gate, run } = stage(256 << 20);
    await run(10_000);
    expect(readdirSync(dir)).toEqual([]);
    const files = nameless();
    expect(files).not.toEqual([]);
    for (const file of files) {
      const bytes = readFileSync(file);
      expect(bytes.length).toBeGreaterThan(MEMORY_BYTES);
      // A frame in clear is twenty thousand zeros but for its head; sealed bytes know no such run.
      expect(bytes.indexOf(Buffer.alloc(64))).toBe(-1);
    }
    gate.cut();
    await gate.close();
    expect(nameless()).toEqual([]);
  }, 180_000);

  test('that somebody alters on disk never passes', async () => {
    const { gate, audience, run } = stage(256 << 20);
    await run(20_000);
    for (const file of nameless()) {
      const fd = openSync(file, 'r+');
      const { length } = readFileSync(file);
      for (let at = 5_000; at < length; at += 5_000) writeSync(fd, Buffer.from([0xee]), 0, 1, at);
      closeSync(fd);
    }
    await run(DELAY_MS);
    // What was in memory leaves; of what was altered nothing does, and the slate stands in for it.
    const pictures = audience.media.filter(({ packet }) => packet.track === 'video');
    for (const { packet } of pictures) expect(packet.tag.subarray(13).every((byte) => byte === 0)).toBe(true);
    expect(audience.got.length).toBeGreaterThan(pictures.length + 1_000);
    expect(gate.desk().some(({ state }) => state === 'dropped')).toBe(true);
    await gate.close();
  }, 180_000);

  test('beyond the room on disk drops stretches rather than its bounds', async () => {
    const room = 4 << 20;
    const { gate, audience, run, held } = stage(room);
    let most = 0;
    for (let i = 0; i < 12; i++) {
      await run(5_000);
      most = Math.max(most, gate.heldBytes.spill);
    }
    await run(20_000);
    expect(most).toBeLessThanOrEqual(room);
    expect(Math.max(...held)).toBeLessThanOrEqual(MEMORY_BYTES);
    expect(audience.media.length).toBeGreaterThan(0);
    await gate.close();
  }, 180_000);
});
