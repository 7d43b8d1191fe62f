import type { Mark, Reason } from './screen.ts';

/** Shapes that pass between a room and its host. Equal to what `apps/server/wire.ts` sends to control. */

export type GateMode = 'open' | 'delay' | 'review' | 'closed';
/** One gate as computed by policy: mode, delay in ms (0 unless `delay`), and the rule that gave it. */
export type GateSetting = { mode: GateMode; delayMs: number; rule: string };
export type GatePair = { media: GateSetting; messages: GateSetting };

/** What a room must know to serve: the gates (only `messages` acts here, both are told) and slow mode in ms. */
export type RoomSettings = { gate: GatePair; slowMs: number };

/** What the screen found in a message that waits or was refused; left out where it found nothing. */
type Found = { category?: string; hits?: readonly Mark[]; trace?: readonly Reason[] };

export type Author = { id: string; nickname: string };

/** A message behind the gate. `ts` ISO time of publication, `pts` ms of the output timeline at that moment. */
export type PublicMessage = {
  id: string;
  offset: number;
  user: Author;
  text: string;
  ts: string;
  pts: number;
};

/** Why a message waits: for its delay to pass, or for a person. */
export type HeldMode = 'delay' | 'review';

/** A message before the gate. `ts` ISO time of sending. Without `mode` it waits for a person. */
export type HeldMessage = {
  id: string;
  user: Author;
  text: string;
  ts: string;
  pts: number;
  mode?: HeldMode;
} & Found;

type Common = { ts: number; room: string; broadcast: string; id: string };

/** Records of the `content` log that a room makes. `ts` is wall time in ms; `user` is the author's id. */
export type RoomRecord =
  | (Common & {
      kind: 'message.published';
      user: string;
      nickname: string;
      offset: number;
      text: string;
      pts: number;
    })
  | (Common &
      Found & {
        kind: 'message.held';
        user: string;
        nickname: string;
        text: string;
        pts: number;
        mode: HeldMode;
      })
  | (Common &
      Found & {
        kind: 'message.refused';
        user: string;
        nickname: string;
        text: string;
        code: string;
        /** Wall ms when its author is told: until then they alone see it. */
        tellAt?: number;
      })
  | (Common & { kind: 'message.recalled'; by: string; reason: string });
