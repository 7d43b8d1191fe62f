import type { PublishedMessage } from '../record.ts';

/** Messages of a room kept in memory: what joins and short resumes ask for. */
export const RECENT = 200;
/** Rooms whose recent messages are kept, the least used going first: about 25 MB. */
const HOT_ROOMS = 256;

/** The end of a room's messages: all with an offset from `from` on, recalled ones among them. */
type Tail = { from: number; items: PublishedMessage[] };

/** The last messages of rooms that somebody has read or that began in this process. */
export class Recent {
  readonly #hot = new Map<string, Tail>();

  /** Takes a committed message in where its room is followed; with `begins`, a first message begins one. */
  follow(record: PublishedMessage, begins: boolean): void {
    if (begins && record.offset === 1) this.#heat(record.room, { from: 1, items: [] });
    const tail = this.#hot.get(record.room);
    if (!tail) return;
    tail.items.push(record);
    if (tail.items.length <= RECENT) return;
    tail.items.shift();
    tail.from = tail.items[0]?.offset ?? tail.from;
  }

  /** The message under an offset, where it is here. */
  at(room: string, offset: number): PublishedMessage | undefined {
    return this.#hot.get(room)?.items.find((item) => item.offset === offset);
  }

  /**
   * The `limit` messages after `after` (undefined: the latest) that `isShown`, where memory has them all; undefined
   * where not.
   */
  read(
    room: string,
    { after, limit }: { after?: number | undefined; limit: number },
    isShown: (message: PublishedMessage) => boolean,
  ): PublishedMessage[] | undefined {
    const tail = this.#hot.get(room);
    if (!tail) return undefined;
    this.#heat(room, tail);
    const shown = tail.items.filter(isShown);
    if (after === undefined)
      return tail.from === 1 || shown.length >= limit ? shown.slice(-limit) : undefined;
    if (after < tail.from - 1) return undefined;
    return shown.filter(({ offset }) => offset > after).slice(0, limit);
  }

  /** Keeps a room's messages from offset `from` to its last one, `last`, unless more were committed meanwhile. */
  warm(room: string, from: number, items: readonly PublishedMessage[], last: number): void {
    if (items.at(-1)?.offset !== last) return;
    const kept = items.slice(-RECENT);
    this.#heat(room, { from: kept.length < items.length ? (kept[0]?.offset ?? from) : from, items: kept });
  }

  /** Forgets rooms that have messages under these numbers: their day is purged. */
  drop(ranges: readonly [number, number][]): void {
    for (const [room, { items }] of this.#hot) {
      const isGone = ({ n }: { n?: unknown }): boolean =>
        ranges.some(([first, last]) => Number(n) >= first && Number(n) <= last);
      if (items.some((item) => isGone(item as { n?: unknown }))) this.#hot.delete(room);
    }
  }

  #heat(room: string, tail: Tail): void {
    this.#hot.delete(room);
    this.#hot.set(room, tail);
    if (this.#hot.size > HOT_ROOMS)
      for (const coldest of this.#hot.keys()) return void this.#hot.delete(coldest);
  }
}
