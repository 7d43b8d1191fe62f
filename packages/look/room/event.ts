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

/** What the room's socket brings; a frame is an array of these. */
export type RoomEvent =
  | { t: 'hello'; offset: number; online: number }
  | ({ t: 'msg' } & Message)
  | { t: 'recall'; id: string }
  | ({ t: 'gate' } & Gate)
  | { t: 'cut'; reason: string; clause?: string | null }
  | { t: 'online'; n: number }
  | { t: 'slow'; ms: number }
  | { t: 'ack'; ref: string; id: string; state: 'shown' | 'held' }
  | { t: 'refused'; ref: string; code: RefusedCode; detail?: string };

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
