import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem, type Timer } from '@weir/kit';
import {
  Ages,
  dayOf,
  type Hold,
  type HoldAsk,
  Holds,
  type PlanItem,
  parseRetention,
  type Receipt,
  Retention,
  type RetentionPolicy,
  RunningTime,
  type SpokenFor,
  Turns,
} from '@weir/ledger';
import type { Actor, Control } from '../control.ts';
import { factsOf } from './facts.ts';
import { derivedStores } from './stores.ts';

const FILE = fileURLToPath(new URL('../../../../policies/retention.json', import.meta.url));
/** How often control looks whether a day has begun on which something is due. */
const LOOK_EACH_MS = 600_000;
/** What two persons said of the clock holds for so long. */
const CONFIRMED_MS = 24 * 3_600_000;

/** The shipped terms. @throws Error naming what is wrong with them */
export const readRetention = (path = FILE): RetentionPolicy =>
  parseRetention(JSON.parse(readFileSync(path, 'utf8')));

/** Keeps what must be kept, and lets go of what must go: plan, purge, holds, and what two persons say of the clock. */
export class Keeper {
  readonly #control: Control;
  readonly #running: RunningTime;
  readonly #retention: Retention;
  readonly holds: Holds;
  readonly #timers: Timer[];
  /** Parts that somebody says are due: who, and until when that holds. */
  readonly #confirmed = new Map<string, Map<string, number>>();
  #ranOn = '';

  private constructor(control: Control, parts: { running: RunningTime; retention: Retention; holds: Holds }) {
    this.#control = control;
    this.#running = parts.running;
    this.#retention = parts.retention;
    this.holds = parts.holds;
    const look = (): void => {
      void this.#daily();
    };
    this.#timers = [control.clock.every(LOOK_EACH_MS, look), control.clock.onMove(look)];
  }

  static async open(control: Control): Promise<Keeper> {
    const { config, clock, log, ledger } = control;
    const dir = join(config.dataDir, 'ledger');
    const running = await RunningTime.open(dir, clock);
    const witnessedTime = (): number | undefined => {
      const times = ledger.outsideTimes().map(({ at }) => at);
      return times.length > 0 ? Math.max(...times) : undefined;
    };
    const ages = await Ages.open(dir, { running, witnessedTime });
    const turns = new Turns();
    const shared = { dir, clock, log, slots: ledger.slots, logs: ledger.dayLogs(), turns };
    const retention = new Retention({
      ...shared,
      policy: control.retentionPolicy,
      facts: factsOf(control),
      stores: derivedStores(control),
      ages,
      record: (receipt) => record(control, receipt),
    });
    const holds = await Holds.open({
      ...shared,
      mediaDir: join(config.dataDir, 'media'),
      totalBytes: config.limitHoldBytes || Number.POSITIVE_INFINITY,
    });
    return new Keeper(control, { running, retention, holds });
  }

  plan(): Promise<PlanItem[]> {
    return this.#retention.plan(this.#confirmedNow());
  }

  /** Purges what is due; undefined where nothing is. */
  run(): Promise<Receipt | undefined> {
    return this.#retention.run(this.#confirmedNow());
  }

  /**
   * Purges what is due after a restore, by the wall clock too: what the restored copy lets go, the backup still has.
   */
  runRestored(): Promise<Receipt | undefined> {
    return this.#retention.run({ by: 'restore', has: () => true });
  }

  /**
   * One of two persons says that the clock is right and these parts are due. Two administrators that are not one
   * person's making make it so; each word is in the `retention` log.
   * @throws Problem forbidden to the machine's own operator, who is no person; not_found where no part is unproven
   */
  async confirm(ids: readonly string[], by: Actor): Promise<{ confirmed: string[]; waiting: string[] }> {
    const { clock, database, outbox, people } = this.#control;
    if (!people.get(by.id)) throw new Problem('forbidden', 'Two persons confirm, each signed in');
    const unproven = new Set(
      (await this.plan()).filter(({ state }) => state === 'unproven').map(({ id }) => id),
    );
    const known = ids.filter((id) => unproven.has(id));
    if (known.length === 0) throw new Problem('not_found', 'None of these is due by the wall clock alone');
    for (const id of known)
      for (const other of this.#confirmed.get(id)?.keys() ?? [])
        if ((await this.#hasMade(other, by.id)) || (await this.#hasMade(by.id, other)))
          throw new Problem(
            'forbidden',
            'Who gave somebody the role is no second person beside them for 24 hours',
          );
    await database.write((trx) =>
      outbox.record(trx, 'retention', {
        kind: 'retention.confirmed',
        ts: clock.now(),
        user: by.id,
        items: known,
        wall: new Date(clock.now()).toISOString(),
      }),
    );
    await outbox.flush();
    for (const id of known) {
      const persons = this.#confirmed.get(id) ?? new Map<string, number>();
      persons.set(by.id, clock.mono() + CONFIRMED_MS);
      this.#confirmed.set(id, persons);
    }
    const now = this.#confirmedNow();
    return { confirmed: known.filter((id) => now.has(id)), waiting: known.filter((id) => !now.has(id)) };
  }

  async hold(ask: HoldAsk, by: Actor): Promise<Hold & { bytes: number; records: number }> {
    const { database, outbox, clock } = this.#control;
    const placed = await this.holds.place(ask, by.id);
    try {
      await database.write((trx) =>
        outbox.record(trx, 'retention', {
          kind: 'hold.placed',
          ts: clock.now(),
          user: by.id,
          id: placed.id,
          case: ask.case,
          reason: ask.reason,
          responsible: ask.responsible,
          reviewOn: ask.reviewOn,
          what: ask.what,
          records: placed.records,
          media: placed.media.length,
          bytes: placed.bytes,
        }),
      );
    } catch (why) {
      await this.holds.release(placed.id);
      throw why;
    }
    await outbox.flush();
    return placed;
  }

  /** Ends a hold: its key, then its files; the record of it stands before, so that no hold goes without one. */
  async release(id: string, note: string, by: Actor): Promise<void> {
    const { database, outbox, clock } = this.#control;
    const hold = this.holds.get(id);
    if (!hold) throw new Problem('not_found', 'No hold has this id');
    await database.write((trx) =>
      outbox.record(trx, 'retention', {
        kind: 'hold.released',
        ts: clock.now(),
        user: by.id,
        id,
        case: hold.case,
        note,
        media: hold.media.length,
        bytes: hold.bytes,
      }),
    );
    await this.holds.release(id);
    await outbox.flush();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.#retention.settled();
    await this.#running.close();
  }

  /** Whether one gave the other a role within the last day. */
  async #hasMade(one: string, other: string): Promise<boolean> {
    const { ledger, clock } = this.#control;
    if (one === other) return false;
    const from = clock.now() - CONFIRMED_MS;
    for (const kind of ['account.created', 'account.changed'])
      for await (const found of ledger.search({ log: 'access', kind, user: one, from }))
        if (isGrant(found, other)) return true;
    return false;
  }

  /** Once a day, as soon as it has begun; where PostgreSQL is away, at the next look. */
  async #daily(): Promise<void> {
    const { clock, database, log } = this.#control;
    const today = dayOf(clock.now());
    if (this.#ranOn === today || !database.up) {
      await this.#retention
        .look()
        .catch((why: Error) => log.warn({ why: why.message }, 'ages were not stored'));
      return;
    }
    this.#ranOn = today;
    try {
      const receipt = await this.run();
      if (receipt) log.info({ receipt: receipt.id, parts: receipt.parts.length }, 'what was due was purged');
    } catch (why) {
      this.#ranOn = '';
      log.error({ why: (why as Error).message }, 'the purge of the day failed');
    }
  }

  #confirmedNow(): SpokenFor {
    const now = this.#control.clock.mono();
    const { people } = this.#control;
    const acts = (id: string): boolean => people.get(id)?.roles.includes('admin') === true;
    const confirmed = new Set(
      [...this.#confirmed]
        .filter(([, persons]) => [...persons].filter(([id, until]) => until > now && acts(id)).length >= 2)
        .map(([id]) => id),
    );
    return { by: 'persons', has: (id) => confirmed.has(id) };
  }
}

const isGrant = (record: object, to: string): boolean =>
  'account' in record && record.account === to && 'roles' in record && record.roles !== undefined;

/** Writes a receipt, once. */
async function record({ ledger, database, outbox }: Control, receipt: Receipt): Promise<void> {
  for await (const found of ledger.search({
    log: 'retention',
    kind: 'retention.purged',
    from: receipt.at,
    limit: 1_000,
  }))
    if (found.id === receipt.id) return;
  const { id, at: ts, ...rest } = receipt;
  await database.write((trx) =>
    outbox.record(trx, 'retention', { kind: 'retention.purged', ts, id, ...rest }),
  );
  await outbox.flush();
}
