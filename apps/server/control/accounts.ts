import { newId, Problem, type UserId } from '@weir/kit';
import type { HashAnswer, VerifyAnswer } from '../vault/ask.ts';
import type { Actor, Control } from './control.ts';
import { newToken, type Person, type Role, SESSION_MS, type Session, tokenHash } from './people.ts';
import * as decisionSql from './sql/decisions.ts';
import * as sql from './sql/users.ts';

/** Sessions of one person; the oldest end. */
const MAX_SESSIONS = 30;
/** 64 checks of some 60 ms wait in the vault; the last is answered well within this. */
const VAULT_WITHIN_MS = 30_000;

/** What a sign-in gives: the token is shown here alone. */
export type SignedIn = { person: Person; token: string };

/**
 * Checks an account and password in the vault process and opens a session. An unknown account costs the same work.
 * @throws Problem bad_credentials, busy, database_unavailable
 */
export async function signIn(control: Control, account: string, password: string): Promise<SignedIn> {
  const person = control.people.byAccount(account);
  const acts = person !== undefined && control.people.mayAct(person);
  const hash = acts ? await control.database.read((db) => sql.passwordOf(db, person.id)) : null;
  const { ok } = await control.bus.request<VerifyAnswer>('vault.verify', { password, hash }, VAULT_WITHIN_MS);
  if (!ok || !acts) {
    // A failed try has no transaction of its own to ride on, and must not slow the refusal.
    control.log.warn({ account: person?.id ?? 'unknown' }, 'sign-in refused');
    throw new Problem('bad_credentials');
  }
  return openSession(control, person);
}

/** A session without a password: for the demo's one-click roles, and after `signIn` has checked. */
export async function openSession(control: Control, person: Person): Promise<SignedIn> {
  const { people, database, outbox, clock } = control;
  const at = clock.now();
  const token = newToken();
  const session: Session = { hash: tokenHash(token), user: person.id, expiresAt: at + SESSION_MS };
  const surplus = people
    .sessionsOf(person.id)
    .toSorted((a, b) => b.expiresAt - a.expiresAt)
    .slice(MAX_SESSIONS - 1)
    .map(({ hash }) => hash);
  await database.write(async (trx) => {
    await sql.deleteSessions(trx, surplus);
    await sql.insertSession(trx, session, at);
    await outbox.record(trx, 'access', { kind: 'session.opened', ts: at, user: person.id });
  });
  for (const hash of surplus) people.end(hash);
  people.open(session);
  await outbox.flush();
  return { person, token };
}

/** Ends one session. */
export async function signOut(control: Control, hash: string, user: string): Promise<void> {
  await control.database.write(async (trx) => {
    await sql.deleteSessions(trx, [hash]);
    await control.outbox.record(trx, 'access', { kind: 'session.ended', ts: control.clock.now(), user });
  });
  control.people.end(hash);
}

export type NewAccount = {
  account: string;
  nickname?: string | undefined;
  password: string;
  roles: Role[];
  demo?: boolean;
};

/** @throws Problem conflict where the account exists */
export async function createAccount(control: Control, ask: NewAccount, by: Actor): Promise<Person> {
  const { people, database, outbox, bus, clock } = control;
  control.screen.admit(ask.nickname);
  if (people.byAccount(ask.account)) throw new Problem('conflict', `The account ${ask.account} exists`);
  const { hash } = await bus.request<HashAnswer>('vault.hash', { password: ask.password }, VAULT_WITHIN_MS);
  const at = clock.now();
  const person: Person = {
    id: newId<UserId>(),
    account: ask.account,
    nickname: ask.nickname ?? ask.account,
    roles: ask.roles,
    demo: ask.demo ?? false,
    disabled: false,
  };
  await database.write(async (trx) => {
    await sql.insert(trx, person, hash, at);
    await outbox.record(trx, 'access', {
      kind: 'account.created',
      ts: at,
      user: by.id,
      account: person.id,
      roles: ask.roles,
    });
  });
  people.put(person);
  await outbox.flush();
  return person;
}

/** Changes nickname, roles or whether the account may act; a disabled one's sessions end at once. */
export async function changeAccount(
  control: Control,
  person: Person,
  change: { nickname?: string; roles?: Role[]; disabled?: boolean },
  by: Actor,
): Promise<Person> {
  const { people, database, outbox, clock } = control;
  control.screen.admit(change.nickname);
  const at = clock.now();
  const next: Person = { ...person, ...change };
  await database.write(async (trx) => {
    await sql.update(trx, next, at);
    await decisionSql.insert(trx, { id: newId(), kind: 'role', subject: person.id, by: by.id, at });
    await outbox.record(trx, 'access', {
      kind: 'account.changed',
      ts: at,
      user: by.id,
      account: person.id,
      ...change,
    });
  });
  people.put(next);
  if (next.disabled) for (const { hash } of people.sessionsOf(person.id)) people.end(hash);
  await outbox.flush();
  return next;
}
