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
