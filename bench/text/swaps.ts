/** Through an engine alone, or as an edge follows a new version. */
export type Way = 'engine' | 'service';

/** What a lexicon comes to that is built: put in force, or thrown away; or none is built. */
export const KINDS = ['swapped', 'thrownAway', 'idle'] as const;

/**
 * One round, ms: the longest wait of a message, and the most CPU time that the thread spent in one turn beyond what its
 * messages take.
 */
export type Round = { wait: number; cpu: number };
export type Rounds = Record<(typeof KINDS)[number], Round[]>;
