import type { Gate, Person } from '../broadcast.ts';

export type Message = { id: string; offset: number; user: Person; text: string; ts: string; pts: number };

/** Why a message was refused: a key of `refused.*` in the catalogue. */
export type RefusedCode =
  | 'too_long'
  | 'rate'
  | 'slow'
  | 'muted'
  | 'sign_in'
  | 'gate_closed'
  | 'cut'
  | 'content';

/** How many messages may still follow now, and in how many ms there will be more. */
export type Allowance = { left?: number; renewMs?: number };

/** Why, and for how long: `waitMs` until the next message may be tried, `until` (ISO) for a mute. */
type Refused = {
  detail?: string;
  category?: string;
  reason?: string;
  waitMs?: number;
  until?: string | null;
};

/** What the room's socket brings; a frame is an array of these. */
export type RoomEvent =
  | ({ t: 'hello'; offset: number; online: number } & Allowance)
  | ({ t: 'msg' } & Message)
  | { t: 'recall'; id: string }
  | ({ t: 'gate' } & Gate)
  | { t: 'cut'; reason: string; clause?: string | null }
  | { t: 'online'; n: number }
  | { t: 'slow'; ms: number }
  | ({ t: 'ack'; ref: string; id: string; state: 'shown' | 'held'; category?: string } & Allowance)
  /** Without `ref`: of a message whose answer came long ago. */
  | ({ t: 'refused'; ref?: string; id?: string; code: RefusedCode } & Refused)
  /** These messages of one's own were shown to nobody else since then. */
  | { t: 'notice'; code: 'flood_machine'; ids: string[]; since: string }
  | { t: 'contest'; id: string; outcome: 'stands' | 'overturned'; note?: string };

/** Events of a frame; what is no array of objects is no frame. Unknown kinds are for newer pages. */
export function readEvents(text: string): RoomEvent[] {
  try {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) return [];
    return frame.filter((event) => typeof (event as { t?: unknown } | null)?.t === 'string') as RoomEvent[];
  } catch {
    return [];
  }
}
