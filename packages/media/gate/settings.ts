/** What a gate does; `delayMs` counts only in mode `delay`. */
export type GateSettings = { mode: 'open' | 'delay' | 'review' | 'closed'; delayMs: number };

/** About two seconds at the head of a gate, ms of the input timeline; `released` once on its way or gone out. */
export type Stretch = {
  id: string;
  startMs: number;
  endMs: number;
  state: 'held' | 'released' | 'dropped';
};
