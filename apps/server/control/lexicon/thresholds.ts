import { newId, Problem } from '@weir/kit';
import {
  type RouteThresholds,
  SHIPPED_THRESHOLDS,
  TEXT_ROUTES,
  type ThresholdOrder,
} from '../../lexicon/thresholds.ts';
import type { Actor, Control } from '../control.ts';
import type { Db } from '../database.ts';
import * as decisionSql from '../sql/decisions.ts';
import * as sql from '../sql/thresholds.ts';

/** Thresholds as they were set by somebody; times are wall ms. */
export type ThresholdVersion = {
  version: number;
  routes: RouteThresholds;
  state: 'live' | 'retired';
  note: string;
  by: string;
  at: number;
  stateBy: string;
  stateAt: number;
};

/** Versions that are kept; as many changes are years. */
const MAX_VERSIONS = 10_000;
/** Categories of one route. */
const MAX_CATEGORIES = 500;
const EDGE_WITHIN_MS = 2_000;

/**
 * From which score on each category is held and refused, by route: PostgreSQL decides which version acts, the snapshot
 * lets control start with it. A version acts as soon as it is made; an older one is put back in its place.
 */
export class ThresholdVersions {
  readonly #control: Control;
  #versions: ThresholdVersion[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(control: Control) {
    this.#control = control;
    const kept = control.journal.values<ThresholdOrder>('thresholds')[0];
    if (kept) control.screen.weigh(kept);
    this.#order = kept ?? SHIPPED_THRESHOLDS;
  }

  #order: ThresholdOrder;

  /** What edges are told. */
  get order(): ThresholdOrder {
    return this.#order;
  }

  /** Takes what PostgreSQL says. */
  async catchUp(): Promise<void> {
    await this.#inTurn(async () => {
      this.#versions = await this.#control.database.read((db: Db) => sql.all(db));
      await this.#follow();
    });
  }

  /** The newest first. */
  list(): ThresholdVersion[] {
    return this.#versions.toReversed();
  }

  /**
   * Makes a version and puts it in force; with a `base`, only where that one acts.
   * @throws Problem `bad_request`, `conflict`, `database_unavailable`
   */
  set(routes: RouteThresholds, note: string, by: Actor, base?: number): Promise<ThresholdVersion> {
    return this.#inTurn(async () => {
      check(routes);
      if (base !== undefined && base !== this.#order.version)
        throw new Problem('conflict', `Version ${this.#order.version} is in force, not ${base}`);
      if (this.#versions.length >= MAX_VERSIONS) throw new Problem('conflict', 'There are too many versions');
      const { database, outbox, clock } = this.#control;
      const at = clock.now();
      const fresh = { routes, state: 'live' as const, note, by: by.id, at, stateBy: by.id, stateAt: at };
      const version = await database.write(async (trx) => {
        await sql.setLive(trx, undefined, by.id, at);
        const number = await sql.insert(trx, fresh);
        await this.#decide(trx, 'thresholds.set', number, { routes, note }, by, at);
        return number;
      });
      const made = { ...fresh, version };
      this.#versions = [...this.#retired(by, at), made];
      await this.#follow();
      await outbox.flush();
      return made;
    });
  }

  /** Puts an older version back in force; 0: the taxonomy's own. @throws Problem `not_found`, `conflict` */
  activate(version: number, note: string, by: Actor): Promise<ThresholdOrder> {
    return this.#inTurn(async () => {
      const { database, outbox, clock } = this.#control;
      if (version !== 0 && !this.#versions.some((one) => one.version === version))
        throw new Problem('not_found', 'There is no such version of the thresholds');
      if (version === this.#order.version) throw new Problem('conflict', 'It is in force');
      const at = clock.now();
      await database.write(async (trx) => {
        await sql.setLive(trx, version === 0 ? undefined : version, by.id, at);
        await this.#decide(trx, 'thresholds.activated', version, { note }, by, at);
      });
      this.#versions = this.#retired(by, at).map((one) =>
        one.version === version ? { ...one, state: 'live', stateBy: by.id, stateAt: at } : one,
      );
      await this.#follow();
      await outbox.flush();
      return this.#order;
    });
  }

  #retired(by: Actor, at: number): ThresholdVersion[] {
    return this.#versions.map((one) =>
      one.state === 'live' ? { ...one, state: 'retired', stateBy: by.id, stateAt: at } : one,
    );
  }

  async #decide(
    trx: Parameters<typeof sql.insert>[0],
    decision: string,
    version: number,
    more: object,
    by: Actor,
    at: number,
  ): Promise<void> {
    await decisionSql.insert(trx, {
      id: newId(),
      kind: 'lexicon',
      subject: `thresholds ${version}`,
      by: by.id,
      at,
    });
    const record = { kind: 'decision.made', decision, ts: at, user: by.id, version, ...more };
    await this.#control.outbox.record(trx, 'moderation', record);
  }

  /** Puts in force what the versions say, and tells the edges where that is news. */
  async #follow(): Promise<void> {
    const { screen, journal, edges, lexicon } = this.#control;
    const live = this.#versions.find(({ state }) => state === 'live');
    const next = live ? { version: live.version, routes: live.routes } : SHIPPED_THRESHOLDS;
    if (next.version === this.#order.version) return;
    this.#order = next;
    screen.weigh(next);
    journal.put('thresholds', 'live', next);
    const order = lexicon.order();
    if (order) await edges.tell('lexicon', order, EDGE_WITHIN_MS);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => {});
    return run;
  }
}

/** @throws Problem `bad_request` that names the route and category */
function check(routes: RouteThresholds): void {
  for (const route of TEXT_ROUTES) {
    const categories = Object.entries(routes[route] ?? {});
    if (categories.length > MAX_CATEGORIES)
      throw new Problem('bad_request', `${route} has at most ${MAX_CATEGORIES} categories`);
    for (const [category, { hold, refuse }] of categories)
      if (refuse < hold)
        throw new Problem(
          'bad_request',
          `${route}, ${category || 'all others'}: what is refused is held before`,
        );
  }
}
