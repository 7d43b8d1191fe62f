import { join } from 'node:path';
import { Problem, type Timer } from '@weir/kit';
import { Ages, dayOf, Holds, type PlanItem, type Receipt, Retention, RunningTime, Turns } from '@weir/ledger';
import { piecesOf } from '@weir/media/tap/shelf.ts';
import type { Actor, Control } from '../control.ts';
import { Cases } from './cases.ts';
import { Confirmations } from './confirmations.ts';
import { factsOf } from './facts.ts';
import { derivedStores } from './stores.ts';

/** How often control looks whether a day has begun on which something is due. */
const LOOK_EACH_MS = 600_000;

/** Keeps what must be kept, and lets go of what must go: plan, purge, holds, and what two persons say of the clock. */
export class Keeper {
  readonly #control: Control;
  readonly #running: RunningTime;
  readonly #retention: Retention;
  readonly #confirmations: Confirmations;
  readonly cases: Cases;
  readonly #timers: Timer[];
  #ranOn = '';

  private constructor(
    control: Control,
    parts: { running: RunningTime; retention: Retention; holds: Holds; ages: Ages },
  ) {
    this.#control = control;
    this.#running = parts.running;
    this.#retention = parts.retention;
    this.#confirmations = new Confirmations(control, parts.ages);
    this.cases = new Cases(control, parts.holds);
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
      readMedia: async (path) => piecesOf(await control.recordings.open(path)),
      totalBytes: config.limitHoldBytes || Number.POSITIVE_INFINITY,
    });
    return new Keeper(control, { running, retention, holds, ages });
  }

  /** What goes when; of what is due by the wall clock alone also who has confirmed it. */
  async plan(): Promise<(PlanItem & { confirmedBy?: string[] })[]> {
    const items = await this.#retention.plan(this.#confirmations.now());
    this.#confirmations.keep(
      new Set(
        items
          .filter(({ state, evidence }) => state === 'unproven' || evidence === 'persons')
          .map(({ id }) => id),
      ),
    );
    return items.map((item) => {
      const confirmedBy = this.#confirmations.of(item.id);
      return confirmedBy.length > 0 ? { ...item, confirmedBy } : item;
    });
  }

  /** Purges what is due; undefined where nothing is. */
  run(): Promise<Receipt | undefined> {
    return this.#retention.run(this.#confirmations.now());
  }

  /** Tells on which day a recording is gone. */
  recordingDue(): ReturnType<Retention['recordingDue']> {
    return this.#retention.recordingDue();
  }

  /**
   * Purges what is due after a restore, by the wall clock too: what the restored copy lets go, the backup still has.
   */
  runRestored(): Promise<Receipt | undefined> {
    return this.#retention.run({ by: 'restore', has: () => true });
  }

  /**
   * One of two persons says that the clock is right and these parts are due.
   * @throws Problem as `Confirmations.say`; not_found where no part is unproven
   */
  async confirm(ids: readonly string[], by: Actor): Promise<{ confirmed: string[]; waiting: string[] }> {
    const unproven = new Set(
      (await this.plan()).filter(({ state }) => state === 'unproven').map(({ id }) => id),
    );
    const known = [...new Set(ids)].filter((id) => unproven.has(id));
    if (known.length === 0) throw new Problem('not_found', 'None of these is due by the wall clock alone');
    await this.#confirmations.say(known, by);
    const now = this.#confirmations.now();
    return { confirmed: known.filter((id) => now.has(id)), waiting: known.filter((id) => !now.has(id)) };
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.#retention.settled();
    await this.#running.close();
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
}

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
