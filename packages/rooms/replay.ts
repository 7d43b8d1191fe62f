import { encodeEvent } from './event.ts';
import { batchFrame } from './frame.ts';
import type { RoomHost } from './host.ts';
import { MAX_REPLAYS, PAGE_MESSAGES } from './limits.ts';
import type { Member } from './member.ts';
import type { Memory } from './memory.ts';

/** Bytes that wait for a member before its replay waits for it to read. */
const READ_AHEAD_BYTES = 64 * 1024;

/** Lets so many in at once, the rest in order of coming. Bounded by the number of sockets: each waits once. */
export class Turnstile {
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  async through<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inside >= MAX_REPLAYS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inside++;
    try {
      return await run();
    } finally {
      this.#inside--;
      this.#waiting.shift()?.();
    }
  }
}

/** Resolves when the member has read what waits for it, or is gone. */
function hasRead({ socket }: Member): Promise<void> {
  if (socket.writableLength <= READ_AHEAD_BYTES || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

/**
 * Replays a room from disk to one member, page by page as it reads, from offset `from` up to where memory begins.
 * @returns the offset it has then; undefined where the member left or `passes` turned false on the way
 * @throws what `host.history` throws
 */
export async function replay(
  wiring: { host: RoomHost; turnstile: Turnstile },
  member: Member,
  memory: Memory,
  from: number,
  passes: () => boolean,
): Promise<number | undefined> {
  let after = from;
  while (after < memory.floor) {
    const start = after;
    const read = () => wiring.host.history(member.room.id, start, PAGE_MESSAGES);
    const { items } = await wiring.turnstile.through(read);
    if (!member.lane || !passes()) return;
    // What memory holds it also serves: recalls are known there first.
    const old = items.filter((item) => item.offset <= memory.floor);
    if (old.length > 0) member.write(batchFrame(old.map((item) => encodeEvent({ t: 'msg', ...item }))));
    const last = old.at(-1);
    after = last && old.length === items.length ? last.offset : memory.floor;
    await hasRead(member);
    if (!member.lane || !passes()) return;
  }
  return after;
}
