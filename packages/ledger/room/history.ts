import type { Archive } from '../archive/archive.ts';
import type { AppendLog } from '../log.ts';
import { isPublished, type PublicMessage, type PublishedMessage, toPublic, type Written } from '../record.ts';
import type { Catalogue } from '../sealed/catalogue.ts';
import { fieldNeedle, keyOfSegment, readSegment } from '../segments.ts';
import type { RoomIndex } from './index.ts';
import { RECENT } from './recent.ts';

/** Messages asked of a sealed part at once. */
const PAGE = 500;

/** A room's messages wherever they lie: in memory, in segments, in sealed days. What is purged is passed over. */
export class RoomHistory {
  readonly #log: AppendLog;
  readonly #rooms: RoomIndex;
  readonly #catalogue: Catalogue;
  readonly #archive: Archive;

  constructor(parts: { log: AppendLog; rooms: RoomIndex; catalogue: Catalogue; archive: Archive }) {
    this.#log = parts.log;
    this.#rooms = parts.rooms;
    this.#catalogue = parts.catalogue;
    this.#archive = parts.archive;
  }

  /** The first `limit` messages after `after`, or the latest `limit`, without recalled ones. */
  async read(room: string, { after, limit }: { after?: number; limit: number }): Promise<PublicMessage[]> {
    if (limit <= 0 || (after ?? 0) >= this.#rooms.offset(room)) return [];
    const recent = this.#rooms.recent.read(room, { after, limit }, this.#isShown(room));
    if (recent) return recent.map(toPublic);
    return after === undefined ? await this.#latest(room, limit) : await this.#page(room, after, limit);
  }

  /** Whether this very message has its offset. */
  async stands({ room, offset, id }: PublishedMessage): Promise<boolean> {
    let there: string | undefined;
    await this.#walk(room, offset - 1, 1, (record) => {
      if (record.offset >= offset) there = record.offset === offset ? record.id : undefined;
      return record.offset < offset;
    });
    return there === id;
  }

  /** The room of a message, wherever it lies; undefined where no record has its id. */
  async roomOf(id: string): Promise<string | undefined> {
    const log = this.#log;
    for (const { segment, before } of log.readings()) {
      if (!this.#rooms.mayHold(keyOfSegment(segment), id)) continue;
      let found: string | undefined;
      const take = (record: Written): boolean | undefined => {
        if (record.n > log.last) return false;
        if (record.id !== id || !record.kind.startsWith('message.')) return undefined;
        found = record.room as string;
        return false;
      };
      await read(segment.path, { before, needle: fieldNeedle('id', id) }, take);
      if (found !== undefined) return found;
    }
    for (const part of this.#catalogue.parts()) {
      if (!this.#rooms.mayHold(-part.first, id)) continue;
      const [record] = await this.#archive.records(part, { ids: [id], limit: 1 });
      if (record?.kind.startsWith('message.')) return record.room as string;
    }
    return undefined;
  }

  /** Every record of a message, in order, wherever they lie; a sealed day and a segment may both have one. */
  async recordsOf(id: string): Promise<Written[]> {
    const log = this.#log;
    const found = new Map<number, Written>();
    const take = (record: Written): boolean | undefined => {
      if (record.n > log.last) return false;
      if (record.id === id && record.kind.startsWith('message.')) found.set(record.n, record);
      return undefined;
    };
    for (const { segment, before } of log.readings())
      if (this.#rooms.mayHold(keyOfSegment(segment), id))
        await read(segment.path, { before, needle: fieldNeedle('id', id) }, take);
    for (const part of this.#catalogue.parts())
      if (this.#rooms.mayHold(-part.first, id))
        for (const record of await this.#archive.records(part, { ids: [id], limit: PAGE })) take(record);
    return [...found.values()].sort((a, b) => a.n - b.n);
  }

  #isShown(room: string) {
    return ({ id }: PublishedMessage): boolean => !this.#rooms.isRecalled(room, id);
  }

  /** The latest messages of a room that is not in memory; it is afterwards. */
  async #latest(room: string, limit: number): Promise<PublicMessage[]> {
    const last = this.#rooms.offset(room);
    for (let reach = Math.max(limit, RECENT); ; reach *= 4) {
      const after = Math.max(0, last - reach);
      const items: PublishedMessage[] = [];
      await this.#walk(room, after, reach, (record) => items.push(record) > 0);
      const shown = items.filter(this.#isShown(room));
      if (shown.length < limit && after > 0) continue;
      this.#rooms.recent.warm(room, after + 1, items, this.#rooms.offset(room));
      return shown.slice(-limit).map(toPublic);
    }
  }

  async #page(room: string, after: number, limit: number): Promise<PublicMessage[]> {
    const items: PublicMessage[] = [];
    const isShown = this.#isShown(room);
    await this.#walk(room, after, limit, (record) => {
      if (isShown(record)) items.push(toPublic(record));
      return items.length < limit;
    });
    return items;
  }

  /**
   * Hands out a room's published messages with an offset above `after`, in order, until `take` says false; about
   * `expected` of them are wanted.
   */
  async #walk(
    room: string,
    after: number,
    expected: number,
    take: (record: PublishedMessage) => boolean,
  ): Promise<void> {
    let passed = after;
    let goesOn = true;
    const hand = (record: Written): boolean => {
      if (!isPublished(record) || record.room !== room || record.offset <= passed) return true;
      passed = record.offset;
      goesOn = take(record);
      return goesOn;
    };
    // A run that is sealed meanwhile moves from the segments to the parts: what it had is then asked of these.
    for (let tries = 0; tries < 3; tries++) {
      const isWhole = (await this.#walkSealed(room, () => passed, expected, hand)) && goesOn;
      if (!isWhole || (await this.#walkSegments(room, passed, hand))) return;
    }
  }

  async #walkSealed(
    room: string,
    passed: () => number,
    expected: number,
    hand: (record: Written) => boolean,
  ): Promise<boolean> {
    const wanted = new Set(this.#rooms.partsAfter(room, passed()));
    const limit = Math.min(PAGE, expected);
    for (const part of this.#catalogue.parts()) {
      if (!wanted.has(part.first)) continue;
      for (let more = true; more; ) {
        const query = { room, kind: 'message.published', afterOffset: passed(), limit };
        const records = await this.#archive.records(part, query);
        for (const record of records) if (!hand(record)) return false;
        more = records.length === limit;
      }
    }
    return true;
  }

  /** False where a segment was taken away while it was to be read. */
  async #walkSegments(room: string, after: number, hand: (record: Written) => boolean): Promise<boolean> {
    const log = this.#log;
    const last = log.last;
    const readings = log.readings();
    const place = this.#rooms.placeBefore(room, after);
    const start = place ? readings.findIndex(({ segment }) => keyOfSegment(segment) === place.segment) : -1;
    let goesOn = true;
    for (const [index, { segment, before }] of readings.entries()) {
      if (index < start || !goesOn) continue;
      const take = (record: Written): boolean => {
        goesOn = record.n <= last && hand(record);
        return goesOn;
      };
      const from = index === start ? (place?.at ?? 0) : 0;
      if (!(await read(segment.path, { from, before, needle: fieldNeedle('room', room) }, take)))
        return false;
    }
    return true;
  }
}

/** Reads a segment's records; false where it is no longer there. */
async function read(
  path: string,
  options: { from?: number; before: number; needle: string },
  take: (record: Written) => boolean | undefined,
): Promise<boolean> {
  try {
    await readSegment(path, ({ record }) => take(record), options);
    return true;
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw why;
  }
}
