import { CLASSES, KINDS, type RecordClass } from '../kinds.ts';
import { LOGS, type LogName } from '../record.ts';

/**
 * What a term counts from: the record itself; the end of the broadcast it belongs to; the end of what a decision does,
 * and of the time to appeal it; the end of the relation with the person.
 */
const TRIGGERS = ['record', 'broadcast_end', 'effect_end', 'relation_end'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * How long records of a class are kept, in whole days of Asia/Shanghai after the day of the trigger: at least
 * `floorDays`, and no longer than `ceilingDays`, because `law` says so.
 */
export type Term = {
  class: RecordClass;
  trigger: Trigger;
  floorDays: number;
  ceilingDays: number;
  /** Days in which a decision can be appealed; its effect has not ended before. */
  appealDays?: number;
  law: string;
  label: Readonly<Record<string, string>>;
};

/** Retention as data: a term for each class. */
export type RetentionPolicy = { version: number; terms: ReadonlyMap<RecordClass, Term> };

/** Longest term that is taken: a slip of the hand must not keep for ever. */
const MAX_DAYS = 36_525;

const isDays = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_DAYS;

/**
 * Reads `policies/retention.json`. @throws Error naming the class and what is wrong: a class that is unknown, missing
 * or there twice, a ceiling below its floor, a term without its law
 */
export function parseRetention(file: unknown): RetentionPolicy {
  const { version, items } = (file ?? {}) as { version?: unknown; items?: unknown };
  if (!Number.isInteger(version) || !Array.isArray(items))
    throw new Error('retention: the file has a version and items');
  const terms = new Map<RecordClass, Term>();
  for (const item of items as Partial<Term>[]) {
    const wrong = (what: string): Error => new Error(`retention: ${String(item?.class)}: ${what}`);
    if (!item?.class || !CLASSES.includes(item.class)) throw wrong('there is no such class');
    if (terms.has(item.class)) throw wrong('is there twice');
    if (!item.trigger || !TRIGGERS.includes(item.trigger))
      throw wrong(`its trigger is none of ${TRIGGERS.join(', ')}`);
    if (!isDays(item.floorDays) || !isDays(item.ceilingDays))
      throw wrong(`floorDays and ceilingDays are whole days from 1 to ${MAX_DAYS}`);
    if (item.ceilingDays < item.floorDays) throw wrong('its ceiling is below its floor');
    if ((item.trigger === 'effect_end') !== isDays(item.appealDays))
      throw wrong('appealDays belong to the trigger effect_end, and to no other');
    if (typeof item.law !== 'string' || item.law === '') throw wrong('a term names the law it follows');
    terms.set(item.class, item as Term);
  }
  for (const one of CLASSES) if (!terms.has(one)) throw new Error(`retention: ${one}: has no term`);
  return { version: version as number, terms };
}

/** The term of a class. */
export function termOf(policy: RetentionPolicy, of: RecordClass): Term {
  const term = policy.terms.get(of);
  if (!term) throw new Error(`retention: ${of}: has no term`);
  return term;
}

/** Classes that a log's records may have. */
const classesOf = (log: LogName): Set<RecordClass> =>
  new Set(
    Object.values(KINDS)
      .filter((kind) => kind.log === log)
      .map((kind) => kind.class),
  );

/** Days after which the first records of a log's day are due: when its key is looked at. */
export const baseDays = (policy: RetentionPolicy, log: LogName): number =>
  Math.min(...[...classesOf(log)].map((of) => termOf(policy, of).floorDays));

/** Every log with the days after which its day is due. */
export const baseTerms = (policy: RetentionPolicy): ReadonlyMap<LogName, number> =>
  new Map(LOGS.map((log) => [log, baseDays(policy, log)]));
