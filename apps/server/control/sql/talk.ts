import type { Words } from '@weir/ledger';
import type { Db, Trx } from '../database.ts';
import type { Moderator, Mute, Talk, Word } from '../talk.ts';

export async function insertModerator(trx: Trx, room: string, { person, by, at }: Moderator): Promise<void> {
  await trx
    .insertInto('room_moderators')
    .values({ room, person, named_by: by, named_at: new Date(at) })
    .onConflict((conflict) => conflict.columns(['room', 'person']).doNothing())
    .execute();
}

export async function deleteModerator(trx: Trx, room: string, person: string): Promise<void> {
  await trx.deleteFrom('room_moderators').where('room', '=', room).where('person', '=', person).execute();
}

/** Stores a mute in place of an earlier one, and forgets the room's mutes whose term is over. */
export async function storeMute(trx: Trx, room: string, mute: Mute, now: number): Promise<void> {
  await trx.deleteFrom('room_mutes').where('room', '=', room).where('until', '<=', new Date(now)).execute();
  await deleteMute(trx, room, mute.person);
  await trx
    .insertInto('room_mutes')
    .values({
      room,
      person: mute.person,
      until: new Date(mute.until),
      reason: mute.reason,
      muted_by: mute.by,
      muted_at: new Date(mute.at),
    })
    .execute();
}

export async function deleteMute(trx: Trx, room: string, person: string): Promise<void> {
  await trx.deleteFrom('room_mutes').where('room', '=', room).where('person', '=', person).execute();
}

/** Words of a room lie sealed, as titles do: a row outlives its change in the WAL. */
export async function replaceWords(
  trx: Trx,
  seals: Words,
  room: string,
  words: readonly Word[],
): Promise<void> {
  await trx.deleteFrom('room_words').where('room', '=', room).execute();
  if (words.length === 0) return;
  await trx
    .insertInto('room_words')
    .values(words.map(({ word, verdict }) => ({ room, word: seals.seal(word), verdict })))
    .execute();
}

/** Seals words again that lie under a day up to `upTo`, and deletes those of rooms that `isGone` names. */
export async function resealWords(
  trx: Trx,
  seals: Words,
  upTo: string,
  isGone: (room: string) => boolean,
): Promise<void> {
  for (const { room, word } of await trx.selectFrom('room_words').select(['room', 'word']).execute()) {
    const day = seals.dayOf(word);
    const isOver = isGone(room);
    if (!isOver && day !== undefined && day > upTo) continue;
    const plain = isOver ? undefined : seals.open(word);
    if (plain === undefined)
      await trx.deleteFrom('room_words').where('room', '=', room).where('word', '=', word).execute();
    else
      await trx
        .updateTable('room_words')
        .set({ word: seals.seal(plain) })
        .where('room', '=', room)
        .where('word', '=', word)
        .execute();
  }
}

/** What was set in every room: read whole when PostgreSQL comes up. */
export async function all(db: Db, seals: Words): Promise<ReadonlyMap<string, Talk>> {
  const [moderators, mutes, words] = await Promise.all([
    db.selectFrom('room_moderators').selectAll().orderBy('named_at').execute(),
    db.selectFrom('room_mutes').selectAll().orderBy('muted_at').execute(),
    db.selectFrom('room_words').selectAll().execute(),
  ]);
  const rooms = new Map<string, Talk>();
  const at = (room: string): Talk => {
    const talk = rooms.get(room) ?? { moderators: [], mutes: [], words: [] };
    rooms.set(room, talk);
    return talk;
  };
  for (const { room, person, named_by: by, named_at } of moderators)
    at(room).moderators.push({ person, by, at: named_at.getTime() });
  for (const { room, person, until, reason, muted_by: by, muted_at } of mutes)
    at(room).mutes.push({ person, until: until.getTime(), reason, by, at: muted_at.getTime() });
  for (const { room, word: sealed, verdict } of words) {
    const word = seals.open(sealed);
    if (word !== undefined) at(room).words.push({ word, verdict });
  }
  for (const { words: own } of rooms.values()) own.sort((a, b) => (a.word < b.word ? -1 : 1));
  return rooms;
}
