import type { RefusedCode } from './event.ts';

/** How far a message of one's own is. `lost`: the connection went before the answer came. */
export type OwnState = 'sending' | 'shown' | 'held' | 'refused' | 'lost';

/**
 * What became of a contest: on its way, waiting for a person, answered (`stands`, `overturned`), or not taken, with why.
 * `note` is what the person wrote.
 */
export type Contest =
  | { state: 'asking' | 'open' }
  | { state: 'stands' | 'overturned'; note?: string }
  | { state: 'failed'; error: unknown };

/** What a page knows of one's own message beside its text. `category` is what the screen found or a person's reason. */
export type Own = { state: OwnState; code?: RefusedCode; category?: string; contest?: Contest };

/** Refusals that judge the moment, not the text: nothing was said, and the text goes back into the box. */
const OF_THE_MOMENT: ReadonlySet<RefusedCode> = new Set([
  'rate',
  'slow',
  'muted',
  'sign_in',
  'gate_closed',
  'too_long',
]);

export const isOfTheMoment = (code: RefusedCode): boolean => OF_THE_MOMENT.has(code);
