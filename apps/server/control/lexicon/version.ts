export type VersionState = 'draft' | 'shadow' | 'live' | 'retired';

/**
 * One version of the lexicon. `draft` has never acted; `shadow` is tried beside the one in force; `live` acts; `retired`
 * has acted and may again. Times are wall ms; `added`, `removed` and `changed` count from the version it was made of.
 */
export type Version = {
  version: number;
  /** SHA-256 of its file, hex. */
  hash: string;
  state: VersionState;
  note: string;
  terms: number;
  bytes: number;
  added: number;
  removed: number;
  changed: number;
  by: string;
  at: number;
  /** Who gave it its present state, and when. */
  stateBy: string;
  stateAt: number;
};
