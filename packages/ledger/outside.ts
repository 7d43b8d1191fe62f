/**
 * A time that somebody outside said of this store, checked when it came: `by` names who, `at` is wall ms by their
 * clock, the earliest it may have been. What the clock evidence of a purge rests on.
 */
export type OutsideTime = { at: number; by: string; means: 'cosignature' | 'timestamp' };
