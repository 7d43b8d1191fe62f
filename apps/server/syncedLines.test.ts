import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disk, realDisk } from '@weir/ledger/disk.ts';
import { describe, expect, it } from 'vitest';
import { SyncedLines } from './syncedLines.ts';

type Line = { n: number };

/** A disk that can fail: a write stops half-way, or a sync says no; counts syncs. */
function weakDisk() {
  const weak = { fails: undefined as 'write' | 'sync' | undefined, syncs: 0, created: 0 };
  const disk: Disk = {
    ...realDisk,
    async create(path) {
      weak.created++;
      const file = await realDisk.create(path);
      return {
        ...file,
        async write(bytes) {
          if (weak.fails !== 'write') return file.write(bytes);
          await file.write(bytes.subarray(0, bytes.length >> 1));
          throw new Error('ENOSPC');
        },
        async sync() {
          weak.syncs++;
          if (weak.fails === 'sync') throw new Error('EIO');
          return file.sync();
        },
      };
    },
  };
  return { weak, disk };
}

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'weir-lines-')), 'lines.ndjson');

/** Opens the file as a process would that keeps the numbers it was given. */
async function open(path: string, disk?: Disk) {
  const held: number[] = [];
  const lines = await SyncedLines.open<Line>({
    path,
    disk,
    apply: ({ n }) => held.includes(n) || held.push(n),
    whole: () => held.map((n) => ({ n })),
  });
  const add = (n: number): Promise<void> => {
    held.push(n);
    return lines.append({ n });
  };
  return { lines, held, add };
}

describe('lines that are on disk when they say so', () => {
  it('are there after a restart, and a torn last line is not', async () => {
    const path = fresh();
    const first = await open(path);
    await Promise.all([first.add(1), first.add(2)]);
    appendFileSync(path, '{"n":3');
    const second = await open(path);
    expect(second.held).toEqual([1, 2]);
    await second.add(4);
    expect((await open(path)).held).toEqual([1, 2, 4]);
  });

  it.each(['write', 'sync'] as const)('survive a failed %s before and behind them', async (fails) => {
    const path = fresh();
    const { weak, disk } = weakDisk();
    const { add } = await open(path, disk);
    await add(1);
    weak.fails = fails;
    await expect(add(2)).rejects.toThrow();
    await expect(add(3)).rejects.toThrow();
    weak.fails = undefined;
    const created = weak.created;
    await add(4);
    // Never the same descriptor again: what stood in memory went to a new file.
    expect(weak.created).toBe(created + 1);
    expect((await open(path)).held).toEqual([1, 2, 3, 4]);
  });

  it('share one sync when they wait together', async () => {
    const { weak, disk } = weakDisk();
    const { add } = await open(fresh(), disk);
    const before = weak.syncs;
    await Promise.all(Array.from({ length: 50 }, (_, n) => add(n)));
    expect(weak.syncs - before).toBeLessThanOrEqual(2);
  });

  it('let a service start on a full disk with what the old file holds', async () => {
    const path = fresh();
    await (await open(path)).add(1);
    const { weak, disk } = weakDisk();
    weak.fails = 'write';
    const { held, add } = await open(path, disk);
    expect(held).toEqual([1]);
    await expect(add(2)).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n');
  });
});
