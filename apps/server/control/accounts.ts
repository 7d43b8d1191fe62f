import { newId, Problem, type UserId } from '@weir/kit';
import type { HashAnswer, VerifyAnswer } from '../vault/ask.ts';
import type { Caller } from './accessNotes.ts';
import type { Actor, Control } from './control.ts';
import { admitName, holdName, withdrawNames } from './names/hold.ts';
import { cleanName, type HeldName } from './names/name.ts';
import { newToken, type Person, type Role, SESSION_MS, type Session, tokenHash } from './people.ts';
import { nicknameRecord } from './publicWords.ts';
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
export async function signIn(
  control: Control,
  account: string,
  password: string,
  from: Caller,
): Promise<SignedIn> {
  const person = control.people.byAccount(account);
  return openSession(control, await mustKnow(control, person, password, from), from);
}

/**
 * Checks a person's password in the vault process; nobody's costs the same work.
 * @throws Problem bad_credentials, busy, database_unavailable
 */
export async function mustKnow(
  control: Control,
  person: Person | undefined,
  password: string,
  from: Caller,
): Promise<Person> {
  const acts = person !== undefined && control.people.mayAct(person);
  const hash = acts ? await control.database.read((db) => sql.passwordOf(db, person.id)) : null;
  const { ok } = await control.bus.request<VerifyAnswer>('vault.verify', { password, hash }, VAULT_WITHIN_MS);
  if (!ok || !acts) {
    control.log.warn({ account: person?.id ?? 'unknown' }, 'sign-in refused');
    // An unknown account is not named: people type passwords there.
    control.accessNotes.note({ kind: 'session.refused', user: person?.id ?? 'unknown', ...from });
    throw new Problem('bad_credentials');
  }
  return person;
}

/** A session without a password: for the demo's one-click roles, and after `signIn` has checked. */
export async function openSession(control: Control, person: Person, from: Caller): Promise<SignedIn> {
  const { people, database, outbox, clock } = control;
  const at = clock.now();
  const token = newToken();
  const session: Session = { hash: tokenHash(token), user: person.id, expiresAt: at + SESSION_MS };
  const surplus = surplusOf(control, person.id, MAX_SESSIONS - 1);
  await database.write(async (trx) => {
    await sql.deleteSessions(trx, surplus);
    await sql.insertSession(trx, session, at);
    for (const _ of surplus)
      await outbox.record(trx, 'access', {
        kind: 'session.ended',
        ts: at,
        user: person.id,
        cause: 'surplus',
      });
    await outbox.record(trx, 'access', { kind: 'session.opened', ts: at, user: person.id, ...from });
  });
  for (const hash of surplus) people.end(hash);
  people.open(session);
  // Of several that were opened at once none saw the others.
  const late = surplusOf(control, person.id, MAX_SESSIONS);
  if (late.length > 0) await database.write((trx) => sql.deleteSessions(trx, late));
  for (const hash of late) people.end(hash);
  // Whoever is to cut must get in while the ledger's disk is full: the record is committed, and follows.
  await outbox.flush().catch(() => {});
  return { person, token };
}

/** Hashes of a person's sessions beyond the `most` that end last. */
const surplusOf = ({ people }: Control, user: string, most: number): string[] =>
  people
    .sessionsOf(user)
    .toSorted((a, b) => b.expiresAt - a.expiresAt)
    .slice(most)
    .map(({ hash }) => hash);

/** Ends one session. */
export async function signOut(control: Control, hash: string, user: string, from: Caller): Promise<void> {
  const ts = control.clock.now();
  await control.database.write(async (trx) => {
    await sql.deleteSessions(trx, [hash]);
    await control.outbox.record(trx, 'access', {
      kind: 'session.ended',
      ts,
      user,
      cause: 'signed_out',
      ...from,
    });
  });
  control.people.end(hash);
  await control.outbox.flush();
}

export type NewAccount = {
  account: string;
  nickname?: string | undefined;
  password: string;
  roles: Role[];
  demo?: boolean;
};

/** Letters of an id that stand for a nickname where neither that nor the account may. */
const SHORT = 8;

const aboutOf = ({ id }: Person) => ({ of: 'nickname' as const, subject: id, owner: id });

/**
 * A nickname that is doubted waits for a person; until then the account stands there.
 * @throws Problem conflict where the account exists
 */
export async function createAccount(
  control: Control,
  ask: NewAccount,
  by: Actor,
): Promise<{ person: Person; held?: HeldName }> {
  const { people, database, outbox, bus, clock } = control;
  const { screen } = control;
  // Without a nickname the account is one, and so as public.
  const wished = cleanName(ask.nickname ?? ask.account);
  const screened = screen.admit(wished, 'nickname');
  const doubted = screened.verdict === 'hold' ? screened : undefined;
  if (people.byAccount(ask.account)) throw new Problem('conflict', `The account ${ask.account} exists`);
  const { hash } = await bus.request<HashAnswer>('vault.hash', { password: ask.password }, VAULT_WITHIN_MS);
  const at = clock.now();
  const id = newId<UserId>();
  const standIn = screen.judge(ask.account, 'nickname').verdict === 'pass' ? ask.account : id.slice(-SHORT);
  const person: Person = {
    id,
    account: ask.account,
    nickname: doubted ? standIn : wished,
    roles: ask.roles,
    demo: ask.demo ?? false,
    disabled: false,
  };
  await database.write(async (trx) => {
    await sql.insert(trx, control.ledger.words, person, hash, at);
    await outbox.record(trx, 'access', {
      kind: 'account.created',
      ts: at,
      user: by.id,
      account: person.id,
      roles: ask.roles,
    });
    // Last, so that no name becomes public of which no record stands.
    await control.ledger.append([nicknameRecord(person, by, at)]);
  });
  people.put(person);
  await outbox.flush();
  if (!doubted) return { person };
  return { person, held: await holdName(control, aboutOf(person), wished, doubted, by) };
}

/**
 * Changes nickname, roles or whether the account may act; a disabled one's sessions end at once. A nickname that is
 * doubted waits for a person, and the old one stays; one that a person has `released` is asked no more.
 */
export async function changeAccount(
  control: Control,
  person: Person,
  { nickname: wished, ...rest }: { nickname?: string; roles?: Role[]; disabled?: boolean },
  by: Actor,
  word: 'screened' | 'released' = 'screened',
): Promise<{ person: Person; held?: HeldName }> {
  const { people, database, outbox, clock } = control;
  const nickname = wished === undefined ? undefined : cleanName(wished);
  const asked = nickname !== undefined && nickname !== person.nickname && word === 'screened';
  const screened = asked ? await admitName(control, aboutOf(person), nickname, by) : undefined;
  const doubted = screened?.verdict === 'hold' ? screened : undefined;
  const change: { nickname?: string; roles?: Role[]; disabled?: boolean } = {
    ...rest,
    ...(nickname === undefined || doubted ? {} : { nickname }),
  };
  const at = clock.now();
  const order = newId();
  const next: Person = { ...person, ...change };
  await database.write(async (trx) => {
    await sql.update(trx, control.ledger.words, next, at);
    await decisionSql.insert(trx, { id: order, kind: 'role', subject: person.id, by: by.id, at });
    await outbox.record(trx, 'access', {
      kind: 'account.changed',
      ts: at,
      user: by.id,
      account: person.id,
      roles: change.roles,
      disabled: change.disabled,
      ended: next.disabled ? people.sessionsOf(person.id).length : undefined,
    });
    if (change.roles || change.disabled !== undefined)
      await outbox.record(trx, 'moderation', {
        kind: 'decision.made',
        ts: at,
        user: by.id,
        subject: person.id,
        decision: 'account',
        order,
        roles: change.roles,
        disabled: change.disabled,
        policy: control.policy.version,
      });
    if (change.nickname !== undefined) await control.ledger.append([nicknameRecord(next, by, at)]);
  });
  people.put(next);
  if (next.disabled) for (const { hash } of people.sessionsOf(person.id)) people.end(hash);
  await outbox.flush();
  if (doubted)
    return { person: next, held: await holdName(control, aboutOf(next), nickname as string, doubted, by) };
  if (asked) await withdrawNames(control, 'nickname', next.id);
  return { person: next };
}

/** Sets another password: every session of the person ends but `keep`. */
export async function changePassword(
  control: Control,
  person: Person,
  password: string,
  by: Actor,
  from: Caller,
): Promise<void> {
  const { people, database, outbox, bus, clock } = control;
  const { hash } = await bus.request<HashAnswer>('vault.hash', { password }, VAULT_WITHIN_MS);
  const ended = people.sessionsOf(person.id).filter((session) => session.hash !== by.session);
  const ts = clock.now();
  await database.write(async (trx) => {
    await sql.storePassword(trx, person.id, hash);
    await sql.deleteSessions(
      trx,
      ended.map((session) => session.hash),
    );
    await outbox.record(trx, 'access', {
      kind: 'password.changed',
      ts,
      user: by.id,
      account: person.id,
      ended: ended.length,
      ...from,
    });
  });
  for (const session of ended) people.end(session.hash);
  await outbox.flush();
}
