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
    const skip = fold.skipOf(char.codePointAt(0) as number);
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
  const low = Math.min(first, last);
  const high = Math.max(first, last);
  const whole = { start: text.start[low] as number, end: text.end[high] as number };
  let { start, end } = whole;
  let mask = step === 1 ? 0 : BIT.reversed;
  // What the ends need where they are as often there as the term has them, and with all of their run.
  let ends = 0;
  for (let k = 0; k < length; k++) {
    const u = first + k * step;
    const run = text.run[u] as number;
    const wanted = term.run[k] as number;
    if (run < wanted) return [];
    if (run > wanted && length === 1) return shifted(text, u, term, fold, mask);
    if (run > wanted && (u === low || u === high)) {
      const some = u === low ? lastOf(text, u, wanted, fold) : firstOf(text, u, wanted, fold);
      if (u === low) start = some.start;
      else end = some.end;
      mask |= stretchStages(text.text, some, term, k, fold);
      ends |=
        BIT.repeat |
        stretchStages(
          text.text,
          { start: text.start[u] as number, end: text.end[u] as number },
          term,
          k,
          fold,
        );
    } else {
      mask |= betweenAt(text.text, text.start[u] as number, term.text, term.start[k] as number, fold);
      if (run > wanted) mask |= BIT.repeat | gapStages(fold, text.text.slice(text.start[u], text.end[u]));
      else if (run > 1) mask |= innerGap(text, u, term, k, fold);
    }
    if (k === 0) continue;
    const left = Math.min(u, u - step);
    if (text.end[left] === text.start[left + 1] && term.end[k - 1] === term.start[k]) continue;
    const gap = text.text.slice(text.end[left], text.start[left + 1]);
    const usual = term.text.slice(term.end[k - 1], term.start[k]);
    if (gap !== usual) mask |= gap === '' ? BIT.filler : gapStages(fold, gap);
  }
  if (ends === 0) return [{ start, end, mask }];
  if (mask & BIT.repeat) return [{ ...whole, mask: mask | ends }];
  return [
    { start, end, mask },
    { ...whole, mask: mask | ends },
  ];
}

/** Stages by which two characters are the same; most are without any. */
function betweenAt(text: string, at: number, term: string, to: number, fold: Fold): StageMask {
  const unit = text.charCodeAt(at);
  if (unit === term.charCodeAt(to) && (unit & 0xf800) !== 0xd800) return 0;
  return fold.between(charAt(text, at), charAt(term, to));
}

/** Stages of the first character of a stretch, and of what stands between it and the others like it. */
function stretchStages(text: string, { start, end }: Span, term: View, k: number, fold: Fold): StageMask {
  return (
    fold.between(charAt(text, start), charAt(term.text, term.start[k] as number)) |
    gapStages(fold, text.slice(start, end))
  );
}

type Span = { start: number; end: number };

/** The first `count` characters of a run. */
function firstOf(text: View, u: number, count: number, fold: Fold): Span {
  const start = text.start[u] as number;
  let at = start;
  for (let left = count; ; ) {
    const code = text.text.codePointAt(at) as number;
    at += code > 0xffff ? 2 : 1;
    if (!isSkipped(fold, code) && --left === 0) return { start, end: at };
  }
}

/** The last `count` characters of a run. */
function lastOf(text: View, u: number, count: number, fold: Fold): Span {
  const end = text.end[u] as number;
  let at = end;
  for (let left = count; ; ) {
    at--;
    if (isLow(text.text, at)) at--;
    if (!isSkipped(fold, text.text.codePointAt(at) as number) && --left === 0) return { start: at, end };
  }
}

/** Whether a unit is the second of a pair. */
const isLow = (text: string, at: number): boolean =>
  at > 0 && (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

function isSkipped(fold: Fold, code: number): boolean {
  const symbol = fold.point(code).charCodeAt(0);
  return symbol === SKIP_FILLER || symbol === SKIP_INVISIBLE;
}

/** A run in both: stages of its characters, and of what stands between them in the text and not in the term. */
function innerGap(text: View, u: number, term: View, k: number, fold: Fold): StageMask {
  const inText = text.text.slice(text.start[u], text.end[u]);
  const inTerm = term.text.slice(term.start[k], term.end[k]);
  if (inText === inTerm) return 0;
  const { starts } = charactersOf(text, u, fold);
  return gapStages(fold, inText) | runStages(text.text, starts, 0, term, k, fold);
}

/** Where the characters of a run begin and end, in the first places of a longer one. */
function charactersOf({ text, start, end }: View, u: number, fold: Fold, most = MAX_SHIFTED): Characters {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = start[u] as number; at < (end[u] as number) && ends.length < most; ) {
    const code = text.codePointAt(at) as number;
    const to = at + (code > 0xffff ? 2 : 1);
    if (!isSkipped(fold, code)) {
      starts.push(at);
      ends.push(to);
    }
    at = to;
  }
  return { starts, ends };
}

type Characters = { starts: number[]; ends: number[] };

/** Stages by which the characters of a term's run are those of the text's from the one numbered `first` on. */
function runStages(
  text: string,
  starts: readonly number[],
  first: number,
  term: View,
  k: number,
  fold: Fold,
): StageMask {
  let mask = 0;
  for (const [j, to] of charactersOf(term, k, fold).starts.entries()) {
    const at = starts[first + j];
    if (at !== undefined) mask |= betweenAt(text, at, term.text, to, fold);
  }
  return mask;
}

/** A term of one character, in each place of a longer run. */
function shifted(text: View, u: number, term: View, fold: Fold, mask: StageMask): Place[] {
  const wanted = term.run[0] as number;
  const { starts, ends } = charactersOf(text, u, fold, MAX_SHIFTED + wanted);
  return ends.slice(wanted - 1).map((end, i) => {
    const start = starts[i] as number;
    const needs =
      gapStages(fold, text.text.slice(start, end)) | runStages(text.text, starts, i, term, 0, fold);
    return { start, end, mask: mask | needs };
  });
}
