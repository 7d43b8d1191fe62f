import { BIT, type StageMask } from '../stage.ts';
import { DIGIT, type Glyphs, LETTER } from './glyphs.ts';

/** Digits in groups, as somebody writes a number: glyphs `from` to before `to` of each group. */
export type Groups = { from: number; to: number }[];

/** Signs between two groups. */
const MAX_GAP = 3;
/** Digits beyond which nothing is a number to call. */
const MAX_DIGITS = 32;
/** Letters that stand for digits among digits. */
const ALSO: Readonly<Record<number, string>> = { 111: '0', 108: '1', 105: '1' };

/** The digit of a glyph, a letter that looks like one taken for it between digits; '' where it is none. */
function digitAt(glyphs: Glyphs, i: number): string {
  const code = glyphs.codeAt(i);
  if (glyphs.kindAt(i) === DIGIT) return String.fromCharCode(code);
  if (glyphs.kindAt(i) !== LETTER) return '';
  const among = glyphs.kindAt(i - 1) === DIGIT || glyphs.kindAt(i + 1) === DIGIT;
  return among ? (ALSO[code] ?? '') : '';
}

/** Groups of digits from a glyph on, gaps of up to three signs between; read no further than a number may be long. */
export function groupsFrom(glyphs: Glyphs, first: number): Groups {
  const groups: Groups = [];
  let digits = 0;
  for (let i = first; digits <= MAX_DIGITS; ) {
    const from = i;
    while (digitAt(glyphs, i) !== '' && i - from <= MAX_DIGITS) i++;
    if (i === from) break;
    digits += i - from;
    groups.push({ from, to: i });
    let gap = i;
    while (gap - i < MAX_GAP && glyphs.isGap(gap)) gap++;
    if (gap === i || digitAt(glyphs, gap) === '') break;
    i = gap;
  }
  return groups;
}

/** The digits of groups as text. */
export function digitsOf(glyphs: Glyphs, groups: Groups): string {
  let text = '';
  for (const { from, to } of groups) for (let i = from; i < to; i++) text += digitAt(glyphs, i);
  return text;
}

/** Stages that reading the groups as one number takes. */
export function stagesOf(glyphs: Glyphs, groups: Groups): StageMask {
  let mask = BIT.contact | (groups.length > 1 ? BIT.filler : 0);
  for (const { from, to } of groups) {
    mask |= glyphs.stages(from, to);
    for (let i = from; i < to; i++) if (glyphs.kindAt(i) === LETTER) mask |= BIT.confusable;
  }
  return mask;
}

/** Sizes of the groups as text, such as 3-4-4. */
export const shapeOf = (groups: Groups): string => groups.map(({ from, to }) => to - from).join('-');

/** Whether every digit stands alone, or in pairs with one odd one at an end. */
export function isScattered(groups: Groups): boolean {
  const sizes = groups.map(({ from, to }) => to - from);
  if (sizes.every((size) => size === 1)) return true;
  const [first, ...rest] = sizes;
  const last = rest.pop();
  const small = (size = 0): boolean => size === 1 || size === 2;
  return sizes.length > 4 && small(first) && small(last) && rest.every((size) => size === 2);
}

/** Whether the same sign stands in every gap. */
export function isEven(glyphs: Glyphs, groups: Groups): boolean {
  const gaps = groups.slice(1).map(({ from }, i) => glyphs.plain((groups[i] as { to: number }).to, from));
  return gaps.every((gap) => gap === gaps[0]);
}
