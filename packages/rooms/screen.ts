import type { Author } from './record.ts';

/**
 * What a message comes to. `alone`: its author alone sees it, until `until`, and is then told that it was refused; for
 * flood machines, never for what a message says. `mute`: it is refused and its author may not speak for a while.
 */
export type Verdict = 'pass' | 'alone' | 'hold' | 'refuse' | 'mute';

/** The code under which a message is recorded that its author alone saw for a while. */
export const ALONE_CODE = 'flood_machine';

/** Where in a message something was found, UTF-16 units, end exclusive, and the stages it took to find it. */
export type Mark = { term: string; category: string; start: number; end: number; stages: readonly string[] };

/** Why: the step of the screen that said so, its rule, and the versions of lexicon and thresholds where they were asked. */
export type Reason = { step: string; rule: string; verdict: Verdict; lexicon?: number; thresholds?: number };

/** What the screen says of a message, with every reason that was not `pass`. */
export type Screened = {
  verdict: Verdict;
  /** Category that the sender is told; '' where it passes. */
  category: string;
  hits: readonly Mark[];
  trace: readonly Reason[];
  /** It judges the moment and not the text: nothing of it is kept, and the same text may pass later. */
  momentary?: 'rate' | 'slow' | 'muted';
  /** ms until the next message may be tried. */
  waitMs?: number;
  /** Wall ms until which its author is muted, or from which on they are told what was shown to them alone. */
  until?: number;
  /** Public reason of a person's mute. */
  reason?: string;
};

/** A message as it reaches the screen: cleaned, with an id, from an address. */
export type Sent = { room: string; id: string; user: Author; text: string; address: string };

/** Judges a message before the gate. `hold` waits for a person, whatever the gate's mode. */
export type Screen = (message: Sent) => Screened;

export const PASSED: Screened = { verdict: 'pass', category: '', hits: [], trace: [] };

/** Lets everything pass: for rooms without a screen. */
export const passAll: Screen = () => PASSED;

/** Controls, line and paragraph separators, and marks that turn the direction of what stands beside them. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * The one form in which a text is judged, kept and shown: Unicode NFC, whole surrogates, one line, no controls and no
 * direction overrides, trimmed. Joiners stay: emoji and several scripts need them.
 */
export function clean(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNSEEN, ' ').trim();
}

/**
 * What nobody sees, as members of a class in a regular expression: white space, what Unicode says is ignored where it is
 * shown (U+3164 too), and the empty pattern of Braille.
 */
export const UNSHOWN = String.raw`\s\p{Default_Ignorable_Code_Point}\u2800`;
const BLANK = new RegExp(`^[${UNSHOWN}]*$`, 'u');

/** Whether there is nothing to see of a text. */
export const isBlank = (text: string): boolean => BLANK.test(text);

/** Length in code points, as DOORS.md counts it. */
export function pointsIn(text: string): number {
  let points = 0;
  for (const _ of text) points++;
  return points;
}
