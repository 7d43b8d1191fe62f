import { type Fold, SKIP_FILLER, SKIP_INVISIBLE } from '../normalise/fold.ts';
import type { View } from '../normalise/view.ts';
import { BIT, type StageMask } from '../stage.ts';

/** A hit in UTF-16 units of the text, with the stages it needed. */
export type Place = { start: number; end: number; mask: StageMask };

/** Occurrences of a term of one repeated character that are listed one by one. */
const MAX_SHIFTED = 64;

const charAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) as number);

/** Stages that what stands between two symbols needs. */
export function gapStages(fold: Fold, gap: string): StageMask {
  let mask = 0;
  for (const char of gap) {
    const skip = fold.point(char.codePointAt(0) as number).charCodeAt(0);
    if (skip === SKIP_INVISIBLE) mask |= BIT.invisible;
    else if (skip === SKIP_FILLER) mask |= '点點'.includes(char) ? BIT.contact : BIT.filler;
    // A repeated character inside a run.
    else mask |= 0;
  }
  return mask;
}

/**
 * Holds a term against the symbols `first` to `last` of a text, backwards where `last` is before `first`: which stages
 * the two need to be the same, and where exactly the term stands. Nothing where the text repeats a character less
 * often than the term does. What is repeated at an end belongs to the term where something within is repeated as well;
 * else the term also stands there without it, and both places are told.
 */
export function places(text: View, first: number, last: number, term: View, fold: Fold): Place[] {
  const step = last >= first ? 1 : -1;
  const length = Math.abs(last - first) + 1;
  let mask = step === 1 ? 0 : BIT.reversed;
  const whole = {
    start: text.start[Math.min(first, last)] as number,
    end: text.end[Math.max(first, last)] as number,
  };
  let { start, end } = whole;
  for (let k = 0; k < length; k++) {
    const u = first + k * step;
    const run = text.run[u] as number;
    const wanted = term.run[k] as number;
    if (run < wanted) return [];
    const from = text.start[u] as number;
    const to = text.end[u] as number;
    mask |= charStages(text, u, term, k, fold);
    if (run > wanted) {
      const width = (to - from) / run;
      const even = Number.isInteger(width) && isEven(text, from, to, width);
      if (length === 1 && even) return shifted(from, run, wanted, width, mask);
      const outer =
        length > 1 && even
          ? u === Math.min(first, last)
            ? 'start'
            : u === Math.max(first, last)
              ? 'end'
              : undefined
          : undefined;
      if (outer === 'start') start = to - wanted * width;
      else if (outer === 'end') end = from + wanted * width;
      else mask |= BIT.repeat | gapStages(fold, text.text.slice(from, to));
    } else if (run > 1 && wanted > 1) mask |= innerGap(text, u, term, k, fold);
    if (k === 0) continue;
    const left = Math.min(u, u - step);
    const gap = text.text.slice(text.end[left], text.start[left + 1]);
    const usual = term.text.slice(term.end[k - 1], term.start[k]);
    if (gap !== usual) mask |= gap === '' ? BIT.filler : gapStages(fold, gap);
  }
  if (mask & BIT.repeat) return [{ ...whole, mask }];
  const bare = { start, end, mask };
  return start === whole.start && end === whole.end ? [bare] : [bare, { ...whole, mask: mask | BIT.repeat }];
}

function charStages(text: View, u: number, term: View, k: number, fold: Fold): StageMask {
  return fold.between(charAt(text.text, text.start[u] as number), charAt(term.text, term.start[k] as number));
}

/** A run in both: what stands between its characters in the text and not in the term. */
function innerGap(text: View, u: number, term: View, k: number, fold: Fold): StageMask {
  const inText = text.text.slice(text.start[u], text.end[u]);
  const inTerm = term.text.slice(term.start[k], term.end[k]);
  return inText === inTerm ? 0 : gapStages(fold, inText);
}

/** Whether a run is one character over and over, nothing between. */
function isEven(text: View, from: number, to: number, width: number): boolean {
  for (let at = from + width; at < to; at++)
    if (text.text.charCodeAt(at) !== text.text.charCodeAt(at - width)) return false;
  return true;
}

function shifted(from: number, run: number, wanted: number, width: number, mask: StageMask): Place[] {
  const list: Place[] = [];
  for (let shift = 0; shift <= run - wanted && shift < MAX_SHIFTED; shift++)
    list.push({ start: from + shift * width, end: from + (shift + wanted) * width, mask });
  return list;
}
