import { newId, Problem, within } from '@weir/kit';
import type { Compiled, TermKind } from '@weir/text';
import type { Entry } from '../../lexicon/entry.ts';
import { LexiconFiles } from '../../lexicon/files.ts';
import type { Taken } from '../../lexicon/job.ts';
import { Mill } from '../../lexicon/mill.ts';
import { sampleLexicon } from '../../screen.ts';
import type { LexiconOrder } from '../../wire.ts';
import type { Actor, Control } from '../control.ts';
import type { Db } from '../database.ts';
import * as decisionSql from '../sql/decisions.ts';
import * as sql from '../sql/lexicon.ts';
import type { Version, VersionState } from './version.ts';

/** Versions that have never acted; the oldest must act or go before more are made. */
const MAX_DRAFTS = 500;
/** An edge fetches and compiles half a million terms within this; one that is slower learns it with its hello. */
const EDGE_WITHIN_MS = 15_000;
/** The same on a machine that is busy: compiling goes behind everything else there. */
const EDGE_AT_LAST_MS = 60_000;

/** How long an order waits for the edges before it is answered: they compile as long as control did. */
const ANSWER_WITHIN_MS = 2_000;
const ANSWER_AT_LAST_MS = 8_000;

/** Of so many versions one keeps its whole file, so that an old one is put together from so many at most. */
const WHOLE_EACH = 32;

const SYSTEM: Actor = { id: 'system', nickname: 'system', roles: [] };

/** What a new version is made of: a whole lexicon as text, or entries to add and remove. */
export type Change = {
  csv?: string | undefined;
  add?: unknown[] | undefined;
  remove?: { term: string; kind?: TermKind | undefined }[] | undefined;
  note: string;
};

/**
 * The versions of the lexicon: PostgreSQL decides which acts, files of control's disk have the terms, the snapshot lets
 * control start with it while PostgreSQL is stopped. Orders follow one another.
 */
export class Versions {
  readonly mill: Mill;
  readonly files: LexiconFiles;
  readonly #control: Control;
  #versions = new Map<number, Version>();
  /** What is in force here, by hash. */
  #inForce: { live?: Version; shadow?: Version; buildMs: number } = { buildMs: 0 };
  #last: Promise<unknown> = Promise.resolve();
  /** Settles when every edge follows the last order, or is given up. */
  #told: Promise<void> = Promise.resolve();

  constructor(control: Control, dir: string) {
    this.#control = control;
    this.mill = new Mill(dir);
    this.files = new LexiconFiles(dir);
  }

  /** Puts the lexicon of the last run in force; the shipped sample stays where there is none. Never rejects. */
  async start(): Promise<void> {
    for (const version of this.#control.journal.values<Version>('lexicon'))
      this.#versions.set(version.version, version);
    await this.#follow().catch((why: Error) =>
      this.#control.log.error(
        { why: why.message },
        'the lexicon in force cannot be read: the sample screens',
      ),
    );
  }

  /** Takes what PostgreSQL says, and makes version 1 of the shipped sample where it says nothing. */
  async catchUp(): Promise<void> {
    await this.#inTurn(async () => {
      const { database } = this.#control;
      let rows = await database.read((db: Db) => sql.all(db));
      if (rows.length === 0) {
        const taken = await this.mill.take(sampleLexicon());
        await this.#store(taken, 'shipped sample', SYSTEM, 'live');
        rows = await database.read((db: Db) => sql.all(db));
      }
      this.#versions = new Map(rows.map((row) => [row.version, row]));
      const live = this.#in('live');
      // Control's disk may have been lost; the sample at least is to be had.
      if (live && !(await this.files.has(live.hash))) await this.mill.take(sampleLexicon());
      await this.#follow().catch((why: Error) =>
        this.#control.log.error(
          { why: why.message, version: live?.version },
          'the lexicon in force cannot be read',
        ),
      );
    });
  }

  /** The newest first. */
  list(): Version[] {
    return [...this.#versions.values()].toSorted((a, b) => b.version - a.version);
  }

  /** @throws Problem `not_found` */
  get(version: number): Version {
    const found = this.#versions.get(version);
    if (!found) throw new Problem('not_found', 'The lexicon has no such version');
    return found;
  }

  /** @throws Problem `not_ready` until the database has been read once */
  get live(): Version {
    const live = this.#in('live');
    if (!live) throw new Problem('not_ready', 'The lexicon is not read yet');
    return live;
  }

  get shadow(): Version | undefined {
    return this.#in('shadow');
  }

  get buildMs(): number {
    return this.#inForce.buildMs;
  }

  /** What edges are told; undefined until it is known. */
  order(): LexiconOrder | undefined {
    const { live, shadow } = this.#inForce;
    if (!live) return undefined;
    const ref = ({ version, hash }: Version) => ({ version, hash });
    return {
      live: ref(live),
      ...(shadow ? { shadow: ref(shadow) } : {}),
      thresholds: this.#control.thresholds.order,
    };
  }

  /** Resolves when every edge screens by what was last put in force, at the latest after a minute. */
  followed(): Promise<void> {
    return this.#told;
  }

  /** The deny entry of a term in the lexicon in force. */
  async entry(term: string): Promise<Entry | undefined> {
    return this.mill.entry(this.live.hash, term);
  }

  /** Makes a draft. @throws Problem `lexicon_invalid`, `bad_request`, `conflict` where too many drafts wait */
  create(change: Change, by: Actor): Promise<Version> {
    return this.#inTurn(async () => {
      const { csv, add = [], remove = [] } = change;
      if (csv !== undefined ? add.length + remove.length > 0 : add.length + remove.length === 0)
        throw new Problem('bad_request', 'Send csv, or what to add and remove');
      if ([...this.#versions.values()].filter(({ state }) => state === 'draft').length >= MAX_DRAFTS)
        throw new Problem('conflict', `${MAX_DRAFTS} drafts have never acted; that is the most`);
      const base = this.live.hash;
      const taken = await (csv === undefined
        ? this.mill.derive(base, add, remove)
        : this.mill.take(csv, base));
      return this.#store(taken, change.note, by, 'draft');
    });
  }

  /** Tries a version beside the one in force. @throws Problem `not_found`, `conflict` where it acts already */
  tryBeside(version: number, note: string, by: Actor): Promise<Version> {
    return this.#inTurn(() => this.#give(this.get(version), 'shadow', note, by));
  }

  /** Ends the trial. */
  endTrial(by: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const { shadow } = this;
      if (shadow) await this.#give(shadow, 'draft', '', by);
    });
  }

  /** Puts a version in force everywhere; an older one too: that is how a change is rolled back. */
  activate(version: number, note: string, by: Actor): Promise<Version> {
    return this.#inTurn(() => this.#give(this.get(version), 'live', note, by));
  }

  /** Makes a version of the one in force and puts it in force in one step. */
  amend(change: Omit<Change, 'csv'>, by: Actor): Promise<Version> {
    return this.#inTurn(async () => {
      const taken = await this.mill.derive(this.live.hash, change.add ?? [], change.remove ?? []);
      const draft = await this.#store(taken, change.note, by, 'draft');
      return this.#give(draft, 'live', change.note, by);
    });
  }

  async close(): Promise<void> {
    await this.mill.close();
  }

  #in(state: VersionState): Version | undefined {
    for (const version of this.#versions.values()) if (version.state === state) return version;
    return undefined;
  }

  async #store(taken: Taken, note: string, by: Actor, state: VersionState): Promise<Version> {
    const { database, outbox, clock } = this.#control;
    const at = clock.now();
    const { hash, terms, bytes, added, removed, changed } = taken;
    const counts = { terms, bytes, added, removed, changed };
    const fresh = { hash, state, note, ...counts, by: by.id, at, stateBy: by.id, stateAt: at };
    const version = await database.write(async (trx) => {
      const number = await sql.insert(trx, fresh);
      await outbox.record(trx, 'moderation', {
        kind: 'decision.made',
        decision: 'lexicon.made',
        ts: at,
        user: by.id,
        version: number,
        hash,
        ...counts,
        note,
        ...(state === 'live' ? { state } : {}),
      });
      return number;
    });
    const made = { ...fresh, version };
    this.#versions.set(version, made);
    await outbox.flush();
    return made;
  }

  /** Changes a version's state: built first, so that what cannot act never does; then decided; then in force. */
  async #give(
    version: Version,
    state: 'live' | 'shadow' | 'draft',
    note: string,
    by: Actor,
  ): Promise<Version> {
    const { database, outbox, clock, edges } = this.#control;
    if (version.state === state || (version.state === 'live' && state !== 'live'))
      throw new Problem('conflict', `Version ${version.version} is ${version.state}`);
    const compiled = state === 'draft' ? undefined : await this.mill.build(version.hash);
    const at = clock.now();
    const before = state === 'live' ? this.#in('live') : state === 'shadow' ? this.shadow : undefined;
    const left: VersionState = state === 'live' ? 'retired' : 'draft';
    await database.write(async (trx) => {
      if (before) await sql.setState(trx, before.version, left, by.id, at);
      await sql.setState(trx, version.version, state, by.id, at);
      await decisionSql.insert(trx, {
        id: newId(),
        kind: 'lexicon',
        subject: String(version.version),
        by: by.id,
        at,
      });
      await outbox.record(trx, 'moderation', {
        kind: 'decision.made',
        decision: DECISIONS[state],
        ts: at,
        user: by.id,
        version: version.version,
        hash: version.hash,
        ...(before ? { before: before.version } : {}),
        note,
      });
    });
    if (before) this.#versions.set(before.version, { ...before, state: left, stateBy: by.id, stateAt: at });
    const next: Version = { ...version, state, stateBy: by.id, stateAt: at };
    this.#versions.set(next.version, next);
    this.#install(compiled ? { [state]: compiled } : {});
    const order = this.order();
    // An edge that hangs learns it later and holds up no answer; one that is well has it within a second.
    const told = order ? edges.tell('lexicon', order, EDGE_AT_LAST_MS) : Promise.resolve();
    this.#told = told;
    const waitMs = Math.min(ANSWER_AT_LAST_MS, ANSWER_WITHIN_MS + 1.5 * (compiled?.buildMs ?? 0));
    await within(clock, waitMs, told);
    await outbox.flush();
    if (state === 'live' && before) this.#fold(before, next);
    return next;
  }

  /** A version that has had its time is kept as what it differs in from the one that took its place. */
  #fold(before: Version, next: Version): void {
    const acts = [...this.#versions.values()].some(
      ({ hash, state }) => hash === before.hash && state !== 'retired',
    );
    if (acts || before.version % WHOLE_EACH === 0) return;
    this.mill
      .fold(before.hash, next.hash)
      .catch((why: Error) =>
        this.#control.log.warn({ why: why.message }, 'an old lexicon keeps its whole file'),
      );
  }

  /** Puts in force what the versions say, and tells the edges where that is news. */
  async #follow(): Promise<void> {
    const { live: inForce, shadow: beside } = this.#inForce;
    const live = this.#in('live');
    if (!live) return;
    const { shadow } = this;
    const built: { live?: Compiled; shadow?: Compiled } = {};
    if (live.hash !== inForce?.hash) built.live = await this.mill.build(live.hash);
    if (shadow && shadow.hash !== beside?.hash) built.shadow = await this.mill.build(shadow.hash);
    const before = JSON.stringify(this.order());
    this.#install(built);
    const order = this.order();
    if (order && JSON.stringify(order) !== before)
      await this.#control.edges.tell('lexicon', order, EDGE_WITHIN_MS);
  }

  #install(built: { live?: Compiled; shadow?: Compiled }): void {
    const { screen, journal } = this.#control;
    const live = this.#in('live');
    const shadow = this.#in('shadow');
    if (built.live && live) screen.use(built.live, live.version);
    else if (live) screen.renumber(live.version);
    if (built.shadow && shadow) screen.tryBeside(built.shadow, shadow.version);
    else if (!shadow) screen.tryBeside(undefined);
    this.#inForce = {
      buildMs: built.live?.buildMs ?? this.#inForce.buildMs,
      ...(live ? { live } : {}),
      ...(shadow ? { shadow } : {}),
    };
    for (const { version } of journal.values<Version>('lexicon'))
      if (version !== live?.version && version !== shadow?.version)
        journal.delete('lexicon', String(version));
    for (const version of [live, shadow])
      if (version) journal.put('lexicon', String(version.version), version);
  }

  /** Orders follow one another, so that each sees what the one before has done. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => {});
    return run;
  }
}

const DECISIONS = {
  live: 'lexicon.activated',
  shadow: 'lexicon.shadowed',
  draft: 'lexicon.trial_ended',
} as const;
