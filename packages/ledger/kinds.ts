import type { Json } from './canonical.ts';

type Message = { ts: number; room: string; broadcast: string; id: string };
type Authored = Message & { user: string; nickname: string; text: string; pts: number };

/** Messages: `offset` is the room's own gapless number, given at publication. `ts` is wall time in ms. */
export type MessageRecord =
  | (Authored & { kind: 'message.published'; offset: number })
  | (Authored & { kind: 'message.held'; mode?: 'delay' | 'review' })
  | (Message & { kind: 'message.refused'; user: string; text: string; code: string })
  | (Message & { kind: 'message.recalled'; by: string; reason: string });

/** A closed media segment: `path` under DATA/media, `hash` SHA-256 hex, `fromMs` and `toMs` wall time. */
export type SegmentRecord = {
  kind: 'segment.recorded';
  ts: number;
  broadcast: string;
  session: string;
  path: string;
  bytes: number;
  hash: string;
  fromMs: number;
  toMs: number;
};

/** What happened to a broadcast, with fields of the kind's own (title, session, cause, gate, order, reason …). */
export type BroadcastRecord = {
  kind:
    | 'broadcast.created'
    | 'broadcast.started'
    | 'broadcast.interrupted'
    | 'broadcast.ended'
    | 'broadcast.cut'
    | 'broadcast.restored'
    | 'gate.changed'
    | 'title.changed';
  ts: number;
  broadcast: string;
  [field: string]: Json | undefined;
};

/** What goes into the `content` log. */
export type ContentRecord = MessageRecord | SegmentRecord | BroadcastRecord;

/** A message behind the gate. */
export type PublicMessage = {
  id: string;
  offset: number;
  user: { id: string; nickname: string };
  text: string;
  /** ISO 8601 with ms. */
  ts: string;
  /** ms on the broadcast's output timeline. */
  pts: number;
};

/** A message before the gate. */
export type HeldMessage = Omit<PublicMessage, 'offset'> & { mode?: 'delay' | 'review' };

/** A message as the log has it, for recall, release and review. */
export type LoggedMessage = {
  id: string;
  state: 'held' | 'published' | 'refused' | 'recalled';
  room: string;
  broadcast: string;
  user: string;
  nickname?: string;
  text: string;
  ts: number;
  offset?: number;
};
