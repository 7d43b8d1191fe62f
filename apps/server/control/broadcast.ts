import type { BroadcastId, UserId } from '@weir/kit';
import type { BroadcastKind, BroadcastState, GateMode, RefusalCode } from '../wire.ts';
import type { Talk } from './talk.ts';

/** A person's standing order on one gate. */
export type GateOrder = {
  mode: Exclude<GateMode, 'open'>;
  delayMs: number;
  by: string;
  /** Wall ms; unknown of orders that an older version wrote. */
  at?: number;
};

/** A broadcast as control holds it in memory. Times are wall ms. Whether it is cut is known by the tombstones. */
export type Broadcast = {
  id: BroadcastId;
  /** Short number for speaking. */
  number: number;
  title: string;
  kind: BroadcastKind;
  category: string;
  publisher: UserId;
  state: Exclude<BroadcastState, 'cut'>;
  /** HLS path epoch; grows with each cut and reopening. */
  epoch: number;
  slowMs: number;
  /** Private rehearsal: the public gate is closed while the publisher tries. */
  rehearsal: boolean;
  /** SHA-256 of the stream key, hex. */
  keyHash: string;
  /** Hashes of earlier keys, newest first. */
  retiredKeys: string[];
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When each of its publications ended, the oldest first. */
  ends: number[];
  orders: { media?: GateOrder; messages?: GateOrder };
  /** Left out where nobody has set anything for its room. */
  talk?: Talk;
  lastRefusal?: { code: RefusalCode; at: number };
};

/** Retired keys that are remembered in memory; older ones are unknown keys. */
export const MAX_RETIRED_KEYS = 20;
