import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import type { Ledger } from './ledger.ts';
import type { PublishedMessage } from './record.ts';
import { fresh, published as message, open } from './testing/store.ts';

const published = (offset: number, over: Partial<PublishedMessage> = {}): PublishedMessage =>
  message(offset, { id: newId(), text: '一句话', ...over });

describe('a full disk', () => {
  it('acknowledges nothing that is not on it, and the ledger goes on when space returns', async () => {
    const disk = fresh();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'weir-test', disk]);
    try {
      const dir = join(disk, 'ledger');
      const ledger = await open(dir);
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_500_000));
      const sent: PublishedMessage[] = [];
      let refusals = 0;
      let hasSpace = false;
      for (let tries = 0; sent.length < 200 && tries < 400; tries++) {
        const next = published(sent.length + 1, { text: '长'.repeat(1_000) });
        try {
          await ledger.append([next]);
          sent.push(next);
        } catch (why) {
          expect(why).toMatchObject({ code: 'storage_failed' });
          refusals++;
          expect(ledger.offset('r')).toBe(sent.length);
          if (refusals === 5 && !hasSpace) {
            rmSync(ballast);
            hasSpace = true;
          }
        }
      }
      expect(refusals).toBe(5);
      await ledger.close();
      const again = await open(dir);
      const there = await again.history('r', { after: 0, limit: 1_000 });
      expect(there.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
      expect(again.last('content')).toBe(200);
      await again.close();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('many rooms', () => {
  it('answer alike from memory and from disk, with what was recalled left out of both', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    const rooms = Array.from({ length: 300 }, (_, i) => `room-${i}`);
    const ids = new Map<string, string[]>(rooms.map((room) => [room, []]));
    for (let offset = 1; offset <= 30; offset++) {
      const records = rooms.map((room) => published(offset, { room, id: newId() }));
      for (const { room, id } of records) ids.get(room)?.push(id);
      await ledger.append(records);
    }
    const gone = rooms.map((room) => ids.get(room)?.[4] ?? '');
    await ledger.append(
      rooms.map((room, i) => ({
        kind: 'message.recalled',
        ts: 1,
        room,
        broadcast: room,
        id: gone[i] ?? '',
        by: 's',
      })),
    );
    const shown = (room: string): string[] => (ids.get(room) ?? []).filter((id) => !gone.includes(id));
    const check = async (from: Ledger): Promise<void> => {
      // The first rooms have cooled down by now, the last are in memory: 256 are.
      for (const room of [...rooms.slice(0, 5), ...rooms.slice(-5), ...rooms.slice(0, 5)]) {
        const all = shown(room);
        const idsOf = async (options: { after?: number; limit: number }): Promise<string[]> =>
          (await from.history(room, options)).map(({ id }) => id);
        expect(await idsOf({ limit: 10 })).toEqual(all.slice(-10));
        expect(await idsOf({ limit: 100 })).toEqual(all);
        expect(await idsOf({ after: 3, limit: 5 })).toEqual(all.slice(3, 8));
        expect(await idsOf({ after: 30, limit: 5 })).toEqual([]);
      }
      expect(await from.findMessage(gone[0] ?? '')).toEqual({ room: 'room-0' });
      expect(await from.findMessage(newId())).toBeUndefined();
    };
    await check(ledger);
    await ledger.close();
    const again = await open(dir);
    await check(again);
    const [room = ''] = rooms;
    const repeat = published(7, { room, id: ids.get(room)?.[6] ?? '' });
    const before = again.last('content');
    expect(await again.append([repeat])).toBe(before);
    await expect(again.append([published(7, { room })])).rejects.toMatchObject({ code: 'conflict' });
    expect(again.last('content')).toBe(before);
    await again.close();
  });
});

describe('a log that a database decides', () => {
  it('takes a record once also where it is applied twice at the same time, and several at once', async () => {
    const ledger = await open(fresh());
    const act = (n: number): Promise<void> => ledger.apply('access', n, { kind: 'identity.revealed', ts: n });
    await Promise.all([act(1), act(1), act(2), act(3), act(2)]);
    expect(ledger.last('access')).toBe(3);
    expect((await Array.fromAsync(ledger.search({ log: 'access' }))).map(({ ts }) => ts)).toEqual([1, 2, 3]);
    await ledger.close();
  });
});

describe('a writer that was replaced', () => {
  it('acknowledges nothing more', async () => {
    const dir = fresh();
    const ledger = await open(dir);
    await ledger.append([published(1)]);
    writeFileSync(join(dir, 'epoch'), '99\n');
    await expect(ledger.append([published(2)])).rejects.toMatchObject({ code: 'conflict' });
    expect(ledger.offset('r')).toBe(1);
    await ledger.close();
  });
});
