import { DIGIT, type Glyphs, LETTER } from './glyphs.ts';
import type { Contact } from './kind.ts';
import { digitsOf, type Groups, groupsFrom, isEven, isScattered, shapeOf, stagesOf } from './number.ts';

/** Ways people part a mobile number, the country's prefix left out (numbering plan of the MIIT: 1, 3 to 9, nine more). */
const MOBILE_SHAPES = new Set('11 3-4-4 3-8 7-4 4-4-3 3-3-5 4-3-4 5-6 6-5 3-4-2-2 3-2-2-4 4-7'.split(' '));
/** Area code and number; 400 and 800 lines. */
const FIXED_SHAPES = new Set('3-8 4-7 4-8 3-4-4 4-4-4 4-3-4'.split(' '));
const SERVICE_SHAPES = new Set('10 3-7 3-3-4 3-4-3'.split(' '));
const MAX_GROUPS = 13;
/** Digits of a service line, and of a mobile number behind 0086. */
const SHORTEST = 10;
const LONGEST = 15;
/** Digits from which on a group is a number of its own. */
const LONG = 7;
/** Letters before a number that say what it is; after any others it is a part of something longer. */
const LEADS = new Set(
  'tel phone call mobile dial sj dh hm dianhua shouji v vx wx wechat weixin q qq'.split(' '),
);
/** Signs that make a digit beside them a part of an amount, a time, a version or a path. */
const TIES = '.,:/_=#%*^\\-';
const CURRENCY = '$¥￥€£';
/** Of the ties, those that also stand before or behind a number that is one by itself. */
const LOOSE = ':,.#*-';
const PARTS = ',/';

/** Numbers that can be called: mobile, fixed and service lines of mainland China, in digits of any shape. */
export function phones(glyphs: Glyphs): Contact[] {
  const found: Contact[] = [];
  if (glyphs.alphanumerics < SHORTEST) return found;
  let end = -1;
  for (let i = 0; i < glyphs.length; i++) {
    if (glyphs.kindAt(i) !== DIGIT && !(glyphs.kindAt(i) === LETTER && glyphs.kindAt(i + 1) === DIGIT))
      continue;
    if (glyphs.kindAt(i) === DIGIT && glyphs.kindAt(i - 1) === DIGIT) continue;
    const groups = groupsFrom(glyphs, i);
    const length = groups.length > 0 ? callable(glyphs, groups, i === end + 1) : 0;
    if (length === 0) continue;
    const taken = groups.slice(0, length);
    const { from } = taken[0] as { from: number };
    const { to } = taken.at(-1) as { to: number };
    found.push({
      kind: 'phone',
      plain: digitsOf(glyphs, taken),
      start: glyphs.start[from] as number,
      end: glyphs.end[to - 1] as number,
      mask: stagesOf(glyphs, taken),
    });
    end = to;
    i = to - 1;
  }
  return found;
}

/** How many of the groups, from the first on, make a number to call; 0 where none do. */
function callable(glyphs: Glyphs, groups: Groups, isNext: boolean): number {
  if (!isNext && !isFreeLeft(glyphs, (groups[0] as { from: number }).from)) return 0;
  if (!mayBegin(glyphs, groups)) return 0;
  const totals: number[] = [0];
  for (const { from, to } of groups) totals.push((totals.at(-1) as number) + to - from);
  for (let count = Math.min(groups.length, MAX_GROUPS); count > 0; count--) {
    if ((totals[count] as number) < SHORTEST || (totals[count] as number) > LONGEST) continue;
    const taken = groups.slice(0, count);
    if (isNumber(glyphs, taken) && isFreeRight(glyphs, groups, count)) return count;
  }
  return 0;
}

/** Whether the first two digits are those of a number to call; most are not. */
function mayBegin(glyphs: Glyphs, groups: Groups): boolean {
  const head = digitsOf(glyphs, groups.slice(0, 2));
  const [a = '', b = ''] = head;
  return a === '0' || (a === '1' && b > '2') || ((a === '4' || a === '8') && (b === '0' || b === '6'));
}

function isNumber(glyphs: Glyphs, groups: Groups): boolean {
  const digits = digitsOf(glyphs, groups);
  const shape = shapeOf(groups);
  const prefix = /^(?:00)?86/.exec(digits)?.[0].length ?? 0;
  if (prefix > 0 && isMobile(digits.slice(prefix))) {
    const sizes = shape.split('-').map(Number);
    const [first = 0, ...rest] = sizes;
    if (
      first === prefix
        ? MOBILE_SHAPES.has(rest.join('-'))
        : MOBILE_SHAPES.has([first - prefix, ...rest].join('-'))
    )
      return true;
  }
  if (isHost(glyphs, groups)) return false;
  if (isMobile(digits)) return MOBILE_SHAPES.has(shape) || (isScattered(groups) && isEven(glyphs, groups));
  if (/^0[1-9]/.test(digits) && FIXED_SHAPES.has(shape)) return groups.length > 1;
  return /^[48]00/.test(digits) && digits.length === 10 && SERVICE_SHAPES.has(shape);
}

/** Four groups with dots between are a host's address. */
const isHost = (glyphs: Glyphs, groups: Groups): boolean =>
  groups.length === 4 && groups.slice(1).every(({ from }) => signAt(glyphs, from - 1) === '.');

const isMobile = (digits: string): boolean =>
  digits.length === 11 && digits[0] === '1' && (digits[1] as string) > '2';

const signAt = (glyphs: Glyphs, i: number): string => String.fromCodePoint(glyphs.codeAt(i) || 32);

/** Whether letters from a glyph on, or up to it, are a word that goes with a number. */
function isLead(glyphs: Glyphs, at: number, step: 1 | -1): boolean {
  let end = at;
  while (Math.abs(end - at) < 9 && glyphs.kindAt(end) === LETTER) end += step;
  return LEADS.has(step === 1 ? glyphs.plain(at, end) : glyphs.plain(end + 1, at + 1));
}

/** Whether nothing before a number makes it a piece of something longer. */
function isFreeLeft(glyphs: Glyphs, first: number): boolean {
  const before = first - 1;
  if (glyphs.kindAt(before) === LETTER) return isLead(glyphs, before, -1);
  const sign = signAt(glyphs, before);
  if (CURRENCY.includes(sign)) return false;
  if (!TIES.includes(sign)) return true;
  if (glyphs.kindAt(before - 1) === DIGIT) return false;
  if (glyphs.kindAt(before - 1) === LETTER)
    return sign === ':' || sign === ',' || isLead(glyphs, before - 1, -1);
  return LOOSE.includes(sign);
}

/** Whether what follows a number is no further digits of it. */
function isFreeRight(glyphs: Glyphs, groups: Groups, count: number): boolean {
  const { to } = groups[count - 1] as { to: number };
  if (glyphs.kindAt(to) === LETTER) return isLead(glyphs, to, 1);
  const next = groups[count];
  if (!next) return true;
  const sign = signAt(glyphs, to);
  // More digits behind one sign that ties: an amount, an address, a range; or another number.
  if (next.from - to === 1 && TIES.includes(sign)) return PARTS.includes(sign) && next.to - next.from >= LONG;
  return count === 1 || !isEven(glyphs, groups.slice(count - 2, count + 1));
}
