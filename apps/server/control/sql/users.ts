import type { UserId } from '@weir/kit';
import type { Words } from '@weir/ledger';
import type { Db, Trx } from '../database.ts';
import type { Person, Role, Session } from '../people.ts';

export async function insert(
  trx: Trx,
  words: Words,
  person: Person,
  passwordHash: string,
  at: number,
): Promise<void> {
  await trx
    .insertInto('users')
    .values({
      id: person.id,
      account: person.account,
      nickname: words.seal(person.nickname),
      roles: person.roles,
      password_hash: passwordHash,
      demo: person.demo,
      disabled_at: null,
      created_at: new Date(at),
    })
    .execute();
}

/** Stores what may change of a person; ends their sessions where they may no longer act. */
export async function update(trx: Trx, words: Words, person: Person, at: number): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      nickname: words.seal(person.nickname),
      roles: person.roles,
      disabled_at: person.disabled ? new Date(at) : null,
    })
    .where('id', '=', person.id)
    .execute();
  if (person.disabled) await trx.deleteFrom('sessions').where('user_id', '=', person.id).execute();
}

export async function storePassword(trx: Trx, id: string, hash: string): Promise<void> {
  await trx.updateTable('users').set({ password_hash: hash }).where('id', '=', id).execute();
}

/** The hash that the vault checks a password against; null where the account has none. */
export async function passwordOf(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirst();
  return row?.password_hash ?? null;
}

const people = (db: Db) =>
  db.selectFrom('users').select(['id', 'account', 'nickname', 'roles', 'demo', 'disabled_at']);

const personOf = (
  words: Words,
  row: Awaited<ReturnType<ReturnType<typeof people>['execute']>>[number],
): Person => ({
  id: row.id as UserId,
  account: row.account,
  nickname: words.open(row.nickname) ?? row.account,
  roles: row.roles as Role[],
  demo: row.demo,
  disabled: row.disabled_at !== null,
});

export async function all(db: Db, words: Words): Promise<Person[]> {
  return (await people(db).execute()).map((row) => personOf(words, row));
}

/** Those with one of `roles`, and those of `also` whatever they are now. */
export async function withRoles(
  db: Db,
  words: Words,
  roles: readonly Role[],
  also: readonly string[],
): Promise<Person[]> {
  const rows = await people(db)
    .where((eb) =>
      eb.or([eb('roles', '&&', eb.val([...roles])), ...(also.length > 0 ? [eb('id', 'in', [...also])] : [])]),
    )
    .execute();
  return rows.map((row) => personOf(words, row));
}

export async function insertSession(trx: Trx, session: Session, at: number): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({
      token_hash: Buffer.from(session.hash, 'hex'),
      user_id: session.user,
      created_at: new Date(at),
      expires_at: new Date(session.expiresAt),
    })
    .execute();
}

export async function slideSession(db: Db, hash: string, expiresAt: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ expires_at: new Date(expiresAt) })
    .where('token_hash', '=', Buffer.from(hash, 'hex'))
    .execute();
}

export async function deleteSessions(trx: Trx, hashes: string[]): Promise<void> {
  if (hashes.length === 0) return;
  await trx
    .deleteFrom('sessions')
    .where(
      'token_hash',
      'in',
      hashes.map((hash) => Buffer.from(hash, 'hex')),
    )
    .execute();
}

export async function deleteExpired(db: Db, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', new Date(now)).execute();
}

/** Running sessions, of everybody or of `users`. */
export async function sessions(db: Db, now: number, users?: readonly string[]): Promise<Session[]> {
  if (users?.length === 0) return [];
  const running = db.selectFrom('sessions').selectAll().where('expires_at', '>', new Date(now));
  const rows = await (users ? running.where('user_id', 'in', [...users]) : running).execute();
  return rows.map((row) => ({
    hash: row.token_hash.toString('hex'),
    user: row.user_id as UserId,
    expiresAt: row.expires_at.getTime(),
  }));
}

/** Seals nicknames again that lie under a day up to `upTo`; answers how many. */
export async function resealNicknames(trx: Trx, words: Words, upTo: string): Promise<number> {
  const rows = await trx.selectFrom('users').select(['id', 'nickname', 'account']).execute();
  let count = 0;
  for (const { id, nickname, account } of rows) {
    const day = words.dayOf(nickname);
    if (day !== undefined && day > upTo) continue;
    const next = words.seal(words.open(nickname) ?? account);
    await trx.updateTable('users').set({ nickname: next }).where('id', '=', id).execute();
    count++;
  }
  return count;
}
