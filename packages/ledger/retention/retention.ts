import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Log } from '@weir/kit';
import { readIfThere, realDisk, removeIfThere } from '../disk.ts';
import { Leaves } from '../evidence/leaves.ts';
import { readSigned } from '../evidence/signed.ts';
import { dayOf, labelOf } from '../keys/day.ts';
import type { SlotFile } from '../keys/slots.ts';
import { LOGS, type LogName, type Written } from '../record.ts';
import type { Ages, Evidence } from './ages.ts';
import { daysAfter, startOf } from './day.ts';
import { blocksOfDay, type DayLog } from './dayLog.ts';
import { Decisions } from './decisions.ts';
import { type Due, dueOf, type Facts } from './due.ts';
import { type KeptBlock, keptOf, openKept, type SaltedLine } from './keptBlock.ts';
import { KeptStore, keptLabel } from './keptStore.ts';
import type { Turns } from './lock.ts';
import { baseDays, type RetentionPolicy } from './policy.ts';
import { carriedFrom, type PartReceipt, PURGING_FILE, type Receipt, type Spoken } from './receipt.ts';
import { BEYOND_REACH, type DerivedStores, type PurgeTask } from './stores.ts';

/**
 * A part of the store that goes as a whole: a log's day, or what of a log is kept until a day. `on` is the first day
 * it is gone; `state`: `waits` for that day, is `due`, or is `unproven`: due by the wall clock alone, so that two
 * persons must confirm it.
 */
export type PlanItem = {
  id: string;
  log: LogName;
  part: 'day' | 'kept';
  day: string;
  on: string;
  state: 'waits' | 'due' | 'unproven';
  evidence?: Evidence | Spoken;
};

export type SpokenFor = { by: Spoken; has(id: string): boolean };
const NOBODY: SpokenFor = { by: 'persons', has: () => false };

export type RetentionOptions = {
  /** The ledger's directory. */
  dir: string;
  clock: Clock;
  log: Log;
  slots: SlotFile;
  logs: ReadonlyMap<LogName, DayLog>;
  policy: RetentionPolicy;
  facts: Omit<Facts, 'decisionOn'>;
  stores: DerivedStores;
  ages: Ages;
  turns: Turns;
  /** Writes a receipt into the `retention` log; one that is there already, by its id, is not written twice. */
  record(receipt: Receipt): Promise<void>;
};

/**
 * What goes when, and its going. A part whose day has come is looked through once: records that must be there longer
 * are carried over to a file that is looked at again on their own day; then the part's key is destroyed, and its
 * files removed. So a key never waits for a record, and a record never dies with a key too early.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #kept: KeptStore;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#kept = new KeptStore(options.dir, options.slots);
    for (const [name, log] of options.logs)
      log.follow((day, last) => options.ages.grown(labelOf(name, day), last));
  }

  /** Everything the store has, and when it goes, the next first. `confirmed` are parts that somebody spoke for. */
  async plan(confirmed: SpokenFor = NOBODY): Promise<PlanItem[]> {
    const { logs, policy, ages, clock } = this.#options;
    await this.look();
    const today = dayOf(clock.now());
    const items: PlanItem[] = [];
    const add = (log: LogName, part: 'day' | 'kept', day: string, on: string, needMs: number): void => {
      const id = part === 'day' ? labelOf(log, day) : keptLabel(log, day);
      const evidence =
        ages.evidence(id, { needMs, due: startOf(on) }) ?? (confirmed.has(id) ? confirmed.by : undefined);
      const state = on > today ? 'waits' : evidence ? 'due' : 'unproven';
      items.push({ id, log, part, day, on, state, ...(state === 'due' && evidence ? { evidence } : {}) });
    };
    for (const name of LOGS) {
      const base = baseDays(policy, name);
      for (const { day } of (await logs.get(name)?.days()) ?? []) {
        const on = daysAfter(day, base + 1);
        add(name, 'day', day, on, startOf(on) - startOf(daysAfter(day, 1)));
      }
      for (const until of await this.#kept.untils(name)) {
        const wall = ages.wallOf(keptLabel(name, until));
        add(
          name,
          'kept',
          until,
          until,
          wall === undefined ? Number.POSITIVE_INFINITY : startOf(until) - wall,
        );
      }
    }
    return items.sort((a, b) => (a.on === b.on ? (a.id < b.id ? -1 : 1) : a.on < b.on ? -1 : 1));
  }

  /** Notes which parts have grown; called often, so that ages are true. */
  async look(): Promise<void> {
    const { logs, ages } = this.#options;
    for (const [name, log] of logs) {
      for (const { day, last } of await log.days()) ages.grown(labelOf(name, day), last);
      for (const until of await this.#kept.untils(name)) ages.found(keptLabel(name, until));
    }
    await ages.store();
  }

  /**
   * Purges what is due, and accounts for it; nothing to do gives no receipt. A purge that a crash broke off is
   * finished first.
   */
  run(confirmed: SpokenFor = NOBODY): Promise<Receipt | undefined> {
    return this.#options.turns.take(async () => {
      await this.#finish(confirmed);
      const due = (await this.plan(confirmed)).filter(({ state }) => state === 'due');
      const { clock, policy, log } = this.#options;
      const now = clock.now();
      const receipt: Receipt = {
        id: randomUUID(),
        at: now,
        today: dayOf(now),
        policy: policy.version,
        parts: [],
        failed: [],
        stores: [],
        beyond: BEYOND_REACH,
      };
      const facts = await this.#facts();
      // Kept files first: the ends of broadcasts that they ask for may be in a day that goes in the same run.
      for (const item of due.toSorted((a, b) => (a.part === b.part ? 0 : a.part === 'kept' ? -1 : 1))) {
        try {
          receipt.parts.push(await this.#purgePart(item, facts, receipt));
        } catch (why) {
          log.error({ part: item.id, err: why }, 'a part of the ledger was not purged');
          receipt.failed.push({ id: item.id, why: (why as Error).message });
        }
      }
      return this.#account(receipt, facts, confirmed);
    });
  }

  /** Tells on which day a recording of a broadcast is gone (wall ms from and to), as things stand now. */
  async recordingDue(): Promise<(what: { broadcast: string; fromMs: number; toMs: number }) => string> {
    const { policy, clock } = this.#options;
    const facts = await this.#facts();
    const now = clock.now();
    return (what) => dueOf('content', recordingOf(what), { policy, facts, now }).on;
  }

  /** Resolves when no purge is under way. */
  settled(): Promise<void> {
    return this.#options.turns.take(async () => {});
  }

  /** Every record that is here, of a log or of all, kept ones included. */
  async *records(only?: LogName): AsyncGenerator<{ log: LogName; record: Written }> {
    for (const [name, log] of this.#options.logs) {
      if (only && name !== only) continue;
      for (const until of await this.#kept.untils(name))
        for await (const kept of this.#kept.blocks(name, until))
          for (const record of openKept(kept).records) yield { log: name, record };
      for (const { day } of await log.days())
        for await (const { line } of log.lines(day))
          yield { log: name, record: JSON.parse(line.toString('utf8')) as Written };
    }
  }

  async #facts(): Promise<Facts> {
    const { facts } = this.#options;
    const decisions = new Decisions(facts.effectEnd);
    for await (const { record } of this.records('moderation')) decisions.take(record);
    return { ...facts, decisionOn: (record) => decisions.on(record) };
  }

  async #purgePart(item: PlanItem, facts: Facts, receipt: Receipt): Promise<PartReceipt> {
    const { log: name, part, day, id } = item;
    // A clock that was set back brings a day again: what outlived it the first time stays.
    const before = this.#options.slots.timesDestroyed(id);
    const from = `${carriedFrom(part, day)}${before > 0 ? `.${before + 1}` : ''}`;
    const carry = await this.#kept.carry(name, from);
    let gone = 0;
    const carried: Record<string, number> = {};
    try {
      const context = { policy: this.#options.policy, facts, now: receipt.at };
      const judge = (record: Written): Due => dueOf(name, record, context);
      const walk = part === 'day' ? this.#carryDay(name, day, judge) : this.#carryKept(name, day, judge);
      for await (const { until, kept, count } of walk) {
        if (until <= receipt.today) gone += count;
        else if (kept) {
          await carry.keep(until, kept);
          carried[until] = (carried[until] ?? 0) + count;
        }
      }
    } catch (why) {
      await carry.abandon();
      throw why;
    }
    const untils = await carry.close();
    for (const until of untils) this.#options.ages.written(keptLabel(name, until), { wall: receipt.at });
    await this.#options.ages.store();
    const done: PartReceipt = {
      id,
      log: name,
      part,
      day,
      evidence: item.evidence ?? 'running_time',
      gone,
      carried,
      ...(before > 0 ? { from } : {}),
      files: 0,
      bytes: 0,
    };
    await this.#intend({ ...receipt, parts: [...receipt.parts, done] });
    return this.#destroy(done);
  }

  /** The key first, for good; then the files. Repeating it does no harm. */
  async #destroy(part: PartReceipt): Promise<PartReceipt> {
    const { log, day } = part;
    if (part.part === 'kept') {
      this.#kept.destroy(log, day);
      const dropped = await this.#kept.drop(log, day);
      this.#options.ages.forget(part.id);
      return { ...part, ...dropped };
    }
    const source = this.#logOf(log);
    source.keys.destroy(day);
    const { locked = 0, waiting = 0, ...dropped } = await source.drop(day);
    this.#options.ages.forget(part.id);
    return {
      ...part,
      ...dropped,
      ...(locked > 0 ? { locked } : {}),
      ...(waiting > 0 ? { waiting } : {}),
    };
  }

  async *#carryDay(
    name: LogName,
    day: string,
    judge: (record: Written) => Due,
  ): AsyncGenerator<{ until: string; count: number; kept?: KeptBlock }> {
    const source = this.#logOf(name);
    await source.sign();
    const signed = await readSigned(source.dir);
    const leaves = new Leaves(source.dir, signed?.checkpoint.size ?? 0);
    let next: number | undefined;
    for await (const whole of blocksOfDay(source, day, leaves)) {
      next = whole.block.first + whole.block.count;
      const byDay = new Map<string, SaltedLine[]>();
      for (const [i, { n, line }] of whole.lines.entries()) {
        const { on } = judge(JSON.parse(line.toString('utf8')) as Written);
        const there = byDay.get(on) ?? [];
        there.push({ n, line, salt: whole.salts.subarray(i * 32, (i + 1) * 32) });
        byDay.set(on, there);
      }
      for (const [until, records] of byDay)
        for (const kept of keptOf(name, whole, whole.commitments, records))
          yield { until, kept, count: kept.records.length };
    }
    const last = (await source.days()).find((one) => one.day === day)?.last;
    if (last === undefined || next === undefined || next > last) return;
    // Behind the day's records may lie a hole that another day left which is gone: the clock was set back in between.
    const behind = (await leaves.from(next).next()).value;
    if (!behind || behind.block.day === day)
      throw new Error(`record ${next} of ${name} is under no leaf yet`);
  }

  async *#carryKept(
    name: LogName,
    until: string,
    judge: (record: Written) => Due,
  ): AsyncGenerator<{ until: string; count: number; kept?: KeptBlock }> {
    for await (const block of this.#kept.blocks(name, until)) {
      const opened = openKept(block);
      const byDay = new Map<string, SaltedLine[]>();
      for (const [i, record] of opened.records.entries()) {
        const { on } = judge(record);
        const there = byDay.get(on) ?? [];
        there.push(opened.lines[i] as SaltedLine);
        byDay.set(on, there);
      }
      for (const [on, chosen] of byDay)
        for (const kept of keptOf(name, opened, opened.commitments, chosen))
          yield { until: on, kept, count: kept.records.length };
    }
  }

  /** Purges the derived stores, writes the receipt, and forgets the intent. */
  async #account(receipt: Receipt, facts: Facts, confirmed: SpokenFor): Promise<Receipt | undefined> {
    const { stores, policy, ages } = this.#options;
    // What the clock alone calls due is no more due here than in the log that tells of it.
    const unproven = new Set(
      (await this.plan(confirmed)).flatMap(({ state, on }) =>
        state === 'unproven' ? [on, daysAfter(on, -1)] : [],
      ),
    );
    const isDayDue = (on: string): boolean => on <= receipt.today && !unproven.has(on);
    const task: PurgeTask = {
      now: receipt.at,
      isDayDue,
      isDue: ({ broadcast, ts, to = ts }) => {
        const record = recordingOf({ broadcast, fromMs: ts, toMs: to });
        return isDayDue(dueOf('content', record, { policy, facts, now: receipt.at }).on);
      },
    };
    receipt.stores = (await stores.purge(task)).filter(
      ({ removed, failed }) => removed > 0 || failed !== undefined,
    );
    await ages.store();
    if (receipt.parts.length + receipt.failed.length + receipt.stores.length === 0) return undefined;
    await this.#options.record(receipt);
    await removeIfThere(join(this.#options.dir, PURGING_FILE));
    return receipt;
  }

  #intend(receipt: Receipt): Promise<void> {
    const path = join(this.#options.dir, PURGING_FILE);
    return realDisk.replace(path, `${JSON.stringify(receipt)}\n`, { sync: true });
  }

  /** Finishes a purge that was broken off between its intent and its receipt. */
  async #finish(confirmed: SpokenFor): Promise<void> {
    const bytes = await readIfThere(join(this.#options.dir, PURGING_FILE));
    if (!bytes) return;
    const receipt = JSON.parse(bytes.toString('utf8')) as Receipt;
    const parts: PartReceipt[] = [];
    for (const part of receipt.parts) parts.push(await this.#destroy(part));
    await this.#account({ ...receipt, parts }, await this.#facts(), confirmed);
  }

  #logOf(name: LogName): DayLog {
    const log = this.#options.logs.get(name);
    if (!log) throw new Error(`no log is called ${name}`);
    return log;
  }
}

/** The record that a recording has, as its term goes by it. */
const recordingOf = ({
  broadcast,
  fromMs,
  toMs,
}: {
  broadcast: string;
  fromMs: number;
  toMs: number;
}): Written => ({ v: 1, n: 0, kind: 'segment.recorded', ts: toMs, broadcast, fromMs, toMs }) as Written;
