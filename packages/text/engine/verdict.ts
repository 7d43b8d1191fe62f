import type { ContactKind } from '../contact/kind.ts';
import type { Severity } from '../lexicon/term.ts';
import { BIT, GUESSED, type Stage, type StageMask } from '../stage.ts';

/** What the words of a text come to. `mute` is for floods alone. */
export type Verdict = 'pass' | 'hold' | 'refuse';

/** A term found: UTF-16 units from `start` to before `end`, and the stages it took to find it. */
export type Hit = {
  term: string;
  category: string;
  start: number;
  end: number;
  stages: Stage[];
  severity: Severity;
  /** Of a contact that no lexicon lists: what it is; `term` is then what it says, written plainly. */
  contact?: ContactKind;
};

/** From which score on hits of a category are held and refused. */
export type Threshold = { hold: number; refuse: number };

/** `''` holds for categories without one of their own. */
export type Thresholds = Readonly<Record<string, Threshold>>;

export const DEFAULT_THRESHOLDS: Thresholds = { '': { hold: 0.25, refuse: 1.5 } };

/**
 * What a stage takes off a term's severity. Spelling the same characters in another way takes nothing; the more has to
 * be undone, and the less sure it is, the milder.
 */
const WEIGHTS: Readonly<Partial<Record<Stage, number>>> = {
  numeral: 0.25,
  confusable: 0.25,
  filler: 0.25,
  repeat: 0.25,
  contact: 0.25,
  leet: 0.5,
  split: 0.5,
  lookalike: 0.75,
  homophone: 0.75,
  pinyin: 0.75,
  initial: 1,
  reversed: 1,
  column: 1,
  across: 1,
};

const weights = Object.entries(WEIGHTS).map(([stage, weight]) => [BIT[stage as Stage], weight] as const);

/** Severity 1 to 3 less what the stages take off; a hit never counts for nothing. */
export function scoreOf(severity: Severity, mask: StageMask): number {
  if (mask === 0) return severity;
  let score: number = severity;
  for (const [bit, weight] of weights) if (mask & bit) score -= weight;
  return Math.max(0.25, score);
}

/** What one hit comes to. What is guessed goes to a person at most. */
export function verdictOf(
  severity: Severity,
  mask: StageMask,
  category: string,
  thresholds: Thresholds,
): Verdict {
  const { hold, refuse } = thresholds[category] ?? thresholds[''] ?? (DEFAULT_THRESHOLDS[''] as Threshold);
  const score = scoreOf(severity, mask);
  if (score >= refuse && (mask & GUESSED) === 0) return 'refuse';
  return score >= hold ? 'hold' : 'pass';
}

const ORDER: readonly Verdict[] = ['pass', 'hold', 'refuse'];

export const stricter = (a: Verdict, b: Verdict): Verdict => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);
