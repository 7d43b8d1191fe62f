import type { Ref, RefusalCode, ServerEvent } from './event.ts';
import { MAX_TEXT_POINTS } from './limits.ts';

const WORDS: Record<RefusalCode, string> = {
  too_long: `A message has at most ${MAX_TEXT_POINTS} characters`,
  rate: 'Too many messages',
  slow: 'The room is very busy; try again',
  muted: 'This account may not speak here now',
  sign_in: 'Sign in to speak',
  gate_closed: 'The room is closed to messages now',
  cut: 'The broadcast was cut off',
  content: 'The message is not allowed here',
};

/** Why a message was not taken, and what its sender may know of it. */
export type Refusal = {
  code: RefusalCode;
  detail?: string | undefined;
  category?: string | undefined;
  reason?: string | undefined;
  /** ms until the next message may be tried. */
  waitMs?: number | undefined;
  /** Wall ms until which the sender is muted. */
  until?: number | undefined;
  /** Under which a refused message may be contested. */
  id?: string | undefined;
};

/** What the sender is told: to a `send`, by its `ref`. */
export function refusedEvent(ref: Ref, { code, detail, until, ...more }: Refusal): ServerEvent {
  const told = Object.fromEntries(
    Object.entries(more).filter(([, value]) => value !== undefined && value !== ''),
  );
  return {
    t: 'refused',
    ref,
    code,
    detail: detail ?? WORDS[code],
    ...told,
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}
