import { BIT, type StageMask } from '../stage.ts';
import { DIGIT, type Glyphs, HAN, LETTER, SIGN, SPACE, tableOf } from './glyphs.ts';
import type { Contact, ContactKind } from './kind.ts';
import { digitsOf, groupsFrom, isEven, isScattered, stagesOf } from './number.ts';

/** How the two apps are called, letter by letter or in characters that are taken for them. */
const WECHAT_WORDS = new Set('wx vx wxh vxh weixin weix wechat wxin vxin wxid'.split(' '));
const QQ_WORDS = new Set('qq qqh qqun koukou'.split(' '));
const WECHAT_FIRST = '微薇徽溦葳';
/** A word of its own, 威信; meant where somebody is to be added by it. */
const WECHAT_ADDED = `${WECHAT_FIRST}威`;
const WECHAT_SECOND = '信芯伩';
const QQ_PAIRS = ['扣扣', '叩叩', '抠抠', '企鹅'];
/** Characters and letters that may stand between the name and the number. */
const LINKS = '号群是为加搜找我名码的联系';
/** Of these, those that say that what follows is an account; + as well. */
const SAYS = '号群加搜';
const ADDS = ['加', '+', '➕', '十'];
const MAX_LINK = 6;
/** Lengths of a number and of a WeChat id (6 to 20, a letter first). */
const MIN_NUMBER = 5;
const MAX_NUMBER = 11;
const MIN_ID = 6;
const MAX_ID = 20;
/** After a number, what says that it counts or measures. */
const UNITS = '人个元块次万亿年月日天分秒级点粉条台位名';

type Lead = { kind: ContactKind; to: number; explicit: boolean };

/** Accounts of WeChat and QQ that are named as such: a lead word, then the number or id. */
export function accounts(glyphs: Glyphs): Contact[] {
  const found: Contact[] = [];
  for (let i = 0; i < glyphs.length; i++) {
    const lead = leadAt(glyphs, i);
    if (!lead) continue;
    const contact = accountAfter(glyphs, i, lead);
    if (!contact) continue;
    found.push(contact.contact);
    i = contact.to - 1;
  }
  return found;
}

const BEGINS = tableOf(`wvqk${WECHAT_ADDED}${QQ_PAIRS.join('')}`);

function leadAt(glyphs: Glyphs, i: number): Lead | undefined {
  if (BEGINS[glyphs.code[i] as number] !== 1) return undefined;
  const before = String.fromCodePoint(glyphs.codeAt(i - 1) || 32);
  const added = ADDS.includes(before);
  const kind = glyphs.kindAt(i);
  if (kind === LETTER && glyphs.kindAt(i - 1) !== LETTER && glyphs.kindAt(i - 1) !== DIGIT) {
    let to = i + 1;
    while (to - i <= 8 && glyphs.kindAt(to) === LETTER) to++;
    const word = glyphs.plain(i, to);
    if (WECHAT_WORDS.has(word)) return { kind: 'wechat', to, explicit: added };
    if (QQ_WORDS.has(word)) return { kind: 'qq', to, explicit: added };
    const next = String.fromCodePoint(glyphs.codeAt(to) || 32);
    if (word === 'v' || word === 'w') {
      if (WECHAT_SECOND.includes(next)) return { kind: 'wechat', to: to + 1, explicit: true };
      if (word === 'v' && (added || next === '号')) return { kind: 'wechat', to, explicit: true };
    }
    if (word === 'q' && (added || next === '号' || next === '群')) return { kind: 'qq', to, explicit: true };
    return undefined;
  }
  if (kind !== HAN) return undefined;
  const pair = glyphs.plain(i, Math.min(i + 2, glyphs.length));
  const firsts = added ? WECHAT_ADDED : WECHAT_FIRST;
  if (firsts.includes(pair.charAt(0)) && WECHAT_SECOND.includes(pair.charAt(1) || ' '))
    return { kind: 'wechat', to: i + 2, explicit: added };
  if (QQ_PAIRS.includes(pair)) return { kind: 'qq', to: i + 2, explicit: added };
  if (added && firsts.includes(pair.charAt(0)) && glyphs.kindAt(i + 1) !== HAN)
    return { kind: 'wechat', to: i + 1, explicit: true };
  return undefined;
}

/** The number or id behind a lead word. */
function accountAfter(
  glyphs: Glyphs,
  from: number,
  lead: Lead,
): { contact: Contact; to: number } | undefined {
  let { explicit } = lead;
  let at = lead.to;
  for (; at - lead.to < MAX_LINK; at++) {
    const kind = glyphs.kindAt(at);
    const char = String.fromCodePoint(glyphs.codeAt(at) || 32);
    if (kind === SIGN || (kind === HAN && LINKS.includes(char)))
      explicit ||= ':='.includes(char) || SAYS.includes(char);
    else if (
      kind === LETTER &&
      glyphs.plain(at, Math.min(at + 2, glyphs.length)) === 'id' &&
      !glyphs.isAlphanumeric(at + 2)
    ) {
      explicit = true;
      at++;
    } else if (kind !== SPACE) break;
  }
  const number = numberAt(glyphs, at);
  const id = number ?? idAt(glyphs, at, explicit);
  if (!id) return undefined;
  return {
    to: id.to,
    contact: {
      kind: lead.kind,
      plain: id.plain,
      start: glyphs.start[from] as number,
      end: glyphs.end[id.to - 1] as number,
      mask: BIT.contact | id.mask | glyphs.stages(from, lead.to),
    },
  };
}

type Id = { plain: string; to: number; mask: StageMask };

function numberAt(glyphs: Glyphs, at: number): Id | undefined {
  if (glyphs.kindAt(at) !== DIGIT) return undefined;
  const groups = groupsFrom(glyphs, at);
  const [first] = groups;
  if (!first) return undefined;
  const alone = first.to - first.from >= MIN_NUMBER;
  const taken = alone ? groups.slice(0, 1) : groups;
  if (!alone && !(isEven(glyphs, taken) && (isScattered(taken) || isEqual(taken)))) return undefined;
  const plain = digitsOf(glyphs, taken);
  const { to } = taken.at(-1) as { to: number };
  if (plain.length < MIN_NUMBER || plain.length > MAX_NUMBER || plain.startsWith('0')) return undefined;
  if (glyphs.kindAt(to) === LETTER || UNITS.includes(String.fromCodePoint(glyphs.codeAt(to) || 32)))
    return undefined;
  // A version or an amount goes on behind a dot.
  if ('.,'.includes(String.fromCodePoint(glyphs.codeAt(to) || 32)) && glyphs.kindAt(to + 1) === DIGIT)
    return undefined;
  return { plain, to, mask: stagesOf(glyphs, taken) };
}

/** Groups of three or four digits; of a version they are shorter. */
const isEqual = (groups: readonly { from: number; to: number }[]): boolean =>
  groups.length > 1 && groups.every(({ from, to }) => to - from === 3 || to - from === 4);

function idAt(glyphs: Glyphs, at: number, explicit: boolean): Id | undefined {
  if (glyphs.kindAt(at) !== LETTER) return undefined;
  let to = at;
  let odd = false;
  for (; to - at <= MAX_ID; to++) {
    const code = glyphs.codeAt(to);
    if (glyphs.kindAt(to) === DIGIT || code === 0x5f) odd = true;
    else if (glyphs.kindAt(to) !== LETTER && code !== 0x2d) break;
  }
  const length = to - at;
  if (length < MIN_ID || length > MAX_ID || !(odd || explicit)) return undefined;
  // A file or an address goes on behind a dot or a slash.
  if ('./@('.includes(String.fromCodePoint(glyphs.codeAt(to) || 32)) && glyphs.kindAt(to + 1) !== 0)
    return undefined;
  return { plain: glyphs.plain(at, to), to, mask: glyphs.stages(at, to) };
}
