import { dayOf } from '../keys/day.ts';
import { classOf, type RecordClass } from '../kinds.ts';
import type { LogName, Written } from '../record.ts';
import { daysAfter, goneOn } from './day.ts';
import { type RetentionPolicy, type Term, termOf } from './policy.ts';

/** Something that has not ended. */
export const GOES_ON = Number.POSITIVE_INFINITY;

/** What retention must know of the world to tell when a record is due; times are wall ms. */
export type Facts = {
  /** End of the broadcast's publication under way at `ts`, GOES_ON while it runs; `ts` where none was. */
  endOf(broadcast: string, ts: number): number;
  /** The class that a broadcast's category puts its content and talk in; undefined: their own. */
  classOf(broadcast: string): RecordClass | undefined;
  /** When what a decision does has ended, GOES_ON while it lasts: a standing cut, a suspension. */
  effectEnd(decision: Written): number;
  /** When the relation with a person ended; GOES_ON while there is one. */
  relationEnd(user: string): number;
  /** The decision that was made about this record, the one that lasts longest; undefined without any. */
  decisionOn(record: Written): Written | undefined;
};

/** The class a record is kept as, and the first day it is gone, under today's facts; `open`: its term has not begun. */
export type Due = { class: RecordClass; on: string; open: boolean };

/**
 * When a record is due. What has not ended is due a whole term after today at the earliest, so that looking again on
 * that day is never late.
 */
export function dueOf(
  log: LogName,
  record: Written,
  { policy, facts, now }: { policy: RetentionPolicy; facts: Facts; now: number },
): Due {
  const own = classOf(log, record.kind);
  const due = dueAs(termOf(policy, ownOrCategory(own, record, facts)), record, facts, now);
  const decision = log === 'content' ? facts.decisionOn(record) : undefined;
  if (!decision) return due;
  const evidence = dueAs(termOf(policy, 'evidence'), decision, facts, now);
  return evidence.on > due.on ? evidence : due;
}

function ownOrCategory(own: RecordClass, record: Written, facts: Facts): RecordClass {
  if ((own !== 'talk' && own !== 'content') || typeof record.broadcast !== 'string') return own;
  return facts.classOf(record.broadcast) ?? own;
}

function dueAs(term: Term, record: Written, facts: Facts, now: number): Due {
  const end = triggerOf(term, record, facts);
  if (end === GOES_ON)
    return { class: term.class, on: daysAfter(dayOf(now), term.floorDays + 1), open: true };
  return { class: term.class, on: goneOn(end, term.floorDays), open: false };
}

function triggerOf(term: Term, record: Written, facts: Facts): number {
  const { ts, broadcast, user } = record;
  switch (term.trigger) {
    case 'record':
      return ts;
    case 'broadcast_end':
      return typeof broadcast === 'string' ? Math.max(ts, facts.endOf(broadcast, ts)) : ts;
    case 'effect_end': {
      const end = facts.effectEnd(record);
      return Math.max(ts, end) + (term.appealDays ?? 0) * 24 * 3_600_000;
    }
    case 'relation_end':
      return typeof user === 'string' ? Math.max(ts, facts.relationEnd(user)) : ts;
  }
}
