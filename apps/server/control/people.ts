import { createHash, randomBytes } from 'node:crypto';
import type { Clock, UserId } from '@weir/kit';
import type { Journal } from './journal.ts';

/** `lexicon` is a right beside a role: its holder, a reviewer lead for one, changes the lexicon. */
export const ROLES = ['viewer', 'publisher', 'reviewer', 'lexicon', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type Person = {
  id: UserId;
  account: string;
  nickname: string;
  roles: Role[];
  demo: boolean;
  disabled: boolean;
};

/** A session in memory: its token is only with its holder, here is the SHA-256 (hex). Times are wall ms. */
export type Session = { hash: string; user: UserId; expiresAt: number };

/** A session ends this long after its last use. */
export const SESSION_MS = 14 * 24 * 3_600_000;
/** Its end moves on at most this often, so that a request seldom writes. */
const SLIDE_MS = 3_600_000;
const TOKEN_BYTES = 32;

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/**
 * Accounts and sessions in memory: rights are checked here, never in PostgreSQL, so that a cut needs no database.
 */
export class People {
  readonly #byId = new Map<string, Person>();
  readonly #byAccount = new Map<string, Person>();
  readonly #sessions = new Map<string, Session>();
  readonly #journal: Journal;
  readonly #clock: Clock;
  /** Demo accounts are nobody unless the demo is on: their sessions too. */
  readonly #demo: boolean;
  #version = 0;

  constructor(journal: Journal, clock: Clock, demo: boolean) {
    this.#journal = journal;
    this.#clock = clock;
    this.#demo = demo;
    for (const person of journal.values<Person>('person')) this.#place(person);
    for (const session of journal.values<Session>('session')) this.#sessions.set(session.hash, session);
  }

  get(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  byAccount(account: string): Person | undefined {
    return this.#byAccount.get(account);
  }

  all(): Person[] {
    return [...this.#byId.values()];
  }

  mayAct(person: Person): boolean {
    return !person.disabled && (this.#demo || !person.demo);
  }

  put(person: Person): void {
    this.#version++;
    this.#place(person);
    this.#journal.put('person', person.id, person);
  }

  open(session: Session): void {
    this.#version++;
    this.#sessions.set(session.hash, session);
    this.#journal.put('session', session.hash, session);
  }

  end(hash: string): void {
    this.#version++;
    if (this.#sessions.delete(hash)) this.#journal.delete('session', hash);
  }

  sessionsOf(user: string): Session[] {
    return [...this.#sessions.values()].filter((session) => session.user === user);
  }

  /** Who holds this token, and the session; undefined where it is unknown, over, or its person may not act. */
  holder(token: string): { person: Person; session: Session } | undefined {
    const session = this.#sessions.get(tokenHash(token));
    if (!session || session.expiresAt <= this.#clock.now()) return undefined;
    const person = this.#byId.get(session.user);
    return person && this.mayAct(person) ? { person, session } : undefined;
  }

  /** Moves a used session's end on; true where that should be stored. */
  slide(session: Session): boolean {
    const expiresAt = this.#clock.now() + SESSION_MS;
    if (expiresAt - session.expiresAt < SLIDE_MS) return false;
    this.open({ ...session, expiresAt });
    return true;
  }

  /** Takes the database's list in place of the one held. */
  replace(people: Person[], sessions: Session[]): void {
    const keep = new Set(sessions.map((session) => session.hash));
    for (const hash of [...this.#sessions.keys()]) if (!keep.has(hash)) this.end(hash);
    for (const person of people) {
      if (JSON.stringify(this.#byId.get(person.id)) !== JSON.stringify(person)) this.put(person);
    }
    for (const session of sessions) if (!this.#sessions.has(session.hash)) this.open(session);
  }

  /** Grows with each change: who read the database meanwhile may hold old news. */
  get version(): number {
    return this.#version;
  }

  /** Takes what the database says of these people and all their sessions; others stay as they are. */
  follow(people: readonly Person[], sessions: readonly Session[]): void {
    const keep = new Set(sessions.map((session) => session.hash));
    for (const person of people) {
      if (JSON.stringify(this.#byId.get(person.id)) !== JSON.stringify(person)) this.put(person);
      for (const { hash } of this.sessionsOf(person.id)) if (!keep.has(hash)) this.end(hash);
    }
    for (const session of sessions) if (!this.#sessions.has(session.hash)) this.open(session);
  }

  /** Forgets sessions that are over. */
  sweep(): void {
    const now = this.#clock.now();
    for (const session of [...this.#sessions.values()]) if (session.expiresAt <= now) this.end(session.hash);
  }

  #place(person: Person): void {
    this.#byId.set(person.id, person);
    this.#byAccount.set(person.account, person);
  }
}
