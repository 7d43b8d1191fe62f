import type { Broadcast } from '../broadcast.ts';
import type { Transport } from './engine/engine.ts';
import type { PlayerState } from './state.ts';

/** What a page shows of a broadcast being watched. */
export type Watching = {
  state: PlayerState;
  /** When the state began, wall ms. */
  since: number;
  broadcast: Broadcast | undefined;
  /** Why the broadcast cannot be had at all (404, network at the first try). */
  error: unknown;
  cut: { reason: string; clause?: string; at?: string } | undefined;
  muted: boolean;
  volume: number;
  paused: boolean;
  transport: Transport | undefined;
  /** False where there is sound alone; undefined before anything came. */
  video: boolean | undefined;
  behindMs: number | undefined;
  attempts: number;
  nextTryAt: number | undefined;
  /** What the last engine died of, for whoever looks for the fault. */
  failure: string | undefined;
  /** The codec that this browser does not play. */
  codec: string | undefined;
  online: number | undefined;
};

/** Before anything is known, at wall time `now`, ms. */
export const beginning = (now: number): Watching => ({
  state: 'connecting',
  since: now,
  broadcast: undefined,
  error: undefined,
  cut: undefined,
  muted: true,
  volume: 1,
  paused: false,
  transport: undefined,
  video: undefined,
  behindMs: undefined,
  attempts: 0,
  nextTryAt: undefined,
  failure: undefined,
  codec: undefined,
  online: undefined,
});

/** What the API's word on the broadcast changes; `isRestored` where it had been cut and is no more. */
export function learn(
  before: Watching,
  broadcast: Broadcast,
): { patch: Partial<Watching>; isRestored: boolean } {
  const isCut = broadcast.state === 'cut';
  const isRestored = before.cut !== undefined && !isCut && before.broadcast?.state === 'cut';
  const patch: Partial<Watching> = { broadcast, error: undefined };
  if (isRestored) return { patch: { ...patch, cut: undefined, attempts: 0 }, isRestored };
  if (!isCut || (before.cut && !broadcast.cut)) return { patch, isRestored };
  const { reason, clause, at, orderedAt } = broadcast.cut ?? { reason: 'other' };
  const when = at ?? orderedAt;
  const cut = { reason, ...(clause ? { clause } : {}), ...(when ? { at: when } : {}) };
  return { patch: { ...patch, cut }, isRestored };
}
