import { MAX_EVENTS, MAX_REF_LENGTH } from './limits.ts';
import type { GatePair, PublicMessage } from './record.ts';

/** What a client may call its message by; given back in the answer. */
export type Ref = string | number;

export type RefusalCode =
  | 'too_long'
  | 'rate'
  | 'slow'
  | 'muted'
  | 'sign_in'
  | 'gate_closed'
  | 'cut'
  | 'content';

/** From the client. `resume` replays what came after `offset`. */
export type ClientEvent = { t: 'send'; ref: Ref; text: string } | { t: 'resume'; offset: number };

/** How many messages may still follow now, and in how many ms there will be more: told before the rate bites. */
export type Allowance = { left: number; renewMs: number };

/**
 * To the client. `slow` tells everybody the pause in ms that a person must make between messages (0: none). A `refused`
 * without `ref` is a person's refusal of what was held; `contest` what a person answered; `notice` that messages of one's own were shown to nobody else since then,
 * each of which a `refused` follows.
 */
export type ServerEvent =
  | ({ t: 'hello'; offset: number; online: number } & Partial<Allowance>)
  | ({ t: 'msg' } & PublicMessage)
  | { t: 'recall'; id: string }
  | ({ t: 'gate' } & GatePair)
  | { t: 'cut'; reason: string; clause: string | null }
  | { t: 'online'; n: number }
  | { t: 'slow'; ms: number }
  | ({ t: 'ack'; ref: Ref; id: string; state: 'shown' | 'held'; category?: string } & Partial<Allowance>)
  | {
      t: 'refused';
      ref?: Ref;
      id?: string;
      code: RefusalCode;
      detail: string;
      category?: string;
      reason?: string;
      waitMs?: number;
      until?: string;
    }
  | { t: 'notice'; code: 'flood_machine'; ids: string[]; since: string }
  | { t: 'contest'; id: string; outcome: 'stands' | 'overturned'; note?: string };

/** An event as it stands in a batch. */
export const encodeEvent = (event: ServerEvent): string => JSON.stringify(event);

const isRef = (value: unknown): value is Ref =>
  typeof value === 'string' ? value.length <= MAX_REF_LENGTH : Number.isFinite(value);

function parseEvent(value: unknown): ClientEvent | undefined {
  if (typeof value !== 'object' || value === null) return;
  const { t, ref, text, offset } = value as Record<string, unknown>;
  if (t === 'send' && isRef(ref) && typeof text === 'string') return { t, ref, text };
  if (t === 'resume' && Number.isSafeInteger(offset) && (offset as number) >= 0)
    return { t, offset: offset as number };
}

/**
 * Reads a client's text frame (at most 4 KiB, already UTF-8): one event or an array of up to 32.
 * @returns the events, or the close code it deserves: 1007 no JSON, 1008 JSON that is no known event
 */
export function readFrame(text: string): ClientEvent[] | 1007 | 1008 {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 1007;
  }
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > MAX_EVENTS) return 1008;
  const events: ClientEvent[] = [];
  for (const item of items) {
    const event = parseEvent(item);
    if (!event) return 1008;
    events.push(event);
  }
  return events;
}
