import type { Archive } from '../archive/archive.ts';
import type { Catalogue } from '../sealed/catalogue.ts';
import type { RoomIndex } from './index.ts';

/** Records asked of a sealed part at once. */
const PAGE = 5_000;

/**
 * Brings the index up to what is sealed: parts that it does not know, as after a crash between a run's name and the
 * index, or all of them where it is made again.
 */
export async function catchUp(rooms: RoomIndex, catalogue: Catalogue, archive: Archive): Promise<void> {
  for (const part of catalogue.parts()) {
    if (!rooms.hasPart(part.first)) {
      const facts = await archive.facts(part);
      if (facts) rooms.sealed([], [facts]);
    }
    if (rooms.position.n >= part.last) continue;
    const others = { notKind: 'message.published', limit: PAGE };
    for (let fromN = Math.max(part.first, rooms.position.n + 1); fromN <= part.last; ) {
      const records = await archive.records(part, { ...others, fromN });
      for (const record of records) rooms.takeSealed(record);
      fromN = records.length < PAGE ? part.last + 1 : (records.at(-1)?.n ?? part.last) + 1;
    }
    const waiting = rooms.waiting();
    for (let from = 0; from < waiting.length; from += PAGE / 10) {
      const ids = waiting.slice(from, from + PAGE / 10).map(({ id }) => id);
      const query = { kind: 'message.published', ids, limit: PAGE };
      for (const { room, id } of await archive.records(part, query))
        rooms.published(String(room), String(id));
    }
    rooms.passed(part.last);
    rooms.flush();
  }
}
