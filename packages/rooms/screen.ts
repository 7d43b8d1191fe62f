import type { Author } from './record.ts';

/**
 * Judges a cleaned text before the gate. Pure: the same text and person give the same answer. `hold` names the category
 * for which a person must look at it, whatever the gate's mode.
 */
export type Screen = (
  text: string,
  who: Author,
) => 'pass' | { refuse: 'content' | 'muted'; category?: string } | { hold: string };

/** Lets everything pass; the text engine takes its place. */
export const passAll: Screen = () => 'pass';

/** Controls, line and paragraph separators, and marks that turn the direction of what stands beside them. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * The one form in which a text is judged, kept and shown: Unicode NFC, whole surrogates, one line, no controls and no
 * direction overrides, trimmed. Joiners stay: emoji and several scripts need them.
 */
export function clean(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNSEEN, ' ').trim();
}

/** Length in code points, as DOORS.md counts it. */
export function pointsIn(text: string): number {
  let points = 0;
  for (const _ of text) points++;
  return points;
}
