import { BIT, type StageMask } from '../stage.ts';
import { DIGIT, type Glyphs, HAN, LETTER, SIGN, SPACE, tableOf } from './glyphs.ts';
import type { Contact } from './kind.ts';

/** Top-level domains that advertisers in this market use. */
const DOMAINS = new Set(
  (
    'com net org cn cc top xyz vip club info me tv io co app site online shop live fun link icu wang work ltd tech ' +
    'pro biz ru us uk jp kr hk tw la ws so im gg ly to gl cm pw tk ml ga win bet casino chat group mobi asia store ' +
    'space website today one fit art ink ren red cool mom sx hn gd ai dev'
  ).split(' '),
);
/** Of these, those that no sentence begins with, nor ends on with a space before the dot. */
const SURE = new Set('com cn cc xyz vip'.split(' '));
/** Those that people spell letter by letter. */
const SPELLED = new Set([...SURE, 'net', 'org', 'top']);
/** Hosts whose paths stand for somewhere else. */
const SHORTENERS = new Set(
  (
    't.cn url.cn dwz.cn bit.ly goo.gl tinyurl.com t.co suo.im suo.nz is.gd v.gd ow.ly tb.cn m.tb.cn u.jd.com 985.so ' +
    'rrd.me mrw.so b23.tv xhslink.com v.douyin.com dwz.mk w.url.cn sourl.cn reurl.cc cutt.ly rb.gy s.id lnkd.in'
  ).split(' '),
);
const MAX_LABEL = 40;
const MIN_SPELLED = 3;
const MAX_GAP = 2;

const chars = (text: string): Set<number> => new Set([...text].map((char) => char.codePointAt(0) as number));
/** What is written for a dot: as it stands, other dots, and the word. */
const DOT = 0x2e;
const OTHER_DOTS = tableOf('。｡·•∙⋅点丶◦●');
const STOPS = chars('。｡');
const OPEN = chars('([{<（【「');
const CLOSE = chars(')]}>）】」');

type Dot = { from: number; to: number; disguised: boolean; loose: boolean; framed: boolean; stop: boolean };
type Label = { from: number; to: number; text: string; spelled: boolean };

/** Addresses: domains that are disguised, short links, and links as they stand. */
export function addresses(glyphs: Glyphs): Contact[] {
  const found: Contact[] = [];
  for (let i = 1; i + 1 < glyphs.length; i++) {
    const dot = dotAt(glyphs, i);
    if (!dot) continue;
    const contact = addressAround(glyphs, dot);
    if (!contact) continue;
    found.push(contact.contact);
    i = Math.max(i, contact.to - 1);
  }
  return found;
}

function dotAt(glyphs: Glyphs, i: number): Dot | undefined {
  const code = glyphs.code[i] as number;
  const kind = glyphs.kind[i] as number;
  if (
    kind === DIGIT ||
    kind === SPACE ||
    (kind === HAN && OTHER_DOTS[code] !== 1) ||
    (kind === LETTER && code !== 0x64)
  )
    return undefined;
  let from = i;
  let to = i + 1;
  let disguised = code !== DOT || (glyphs.mask[i] as number) !== 0;
  let word = false;
  if (code === 0x64 && glyphs.plain(i, Math.min(i + 3, glyphs.length)) === 'dot') {
    if (glyphs.isAlphanumeric(i - 1) || glyphs.isAlphanumeric(i + 3)) return undefined;
    to = i + 3;
    word = true;
  } else if (code !== DOT && OTHER_DOTS[code] !== 1) return undefined;
  if (OPEN.has(glyphs.codeAt(from - 1)) && CLOSE.has(glyphs.codeAt(to))) {
    from--;
    to++;
    disguised = true;
  }
  const dotFrom = from;
  const dotTo = to;
  // The same sign on both sides goes on from letter to letter: a_b_c_._c_o_m.
  const framed = glyphs.kindAt(from - 1) === SIGN && glyphs.codeAt(from - 1) === glyphs.codeAt(to);
  if (framed) {
    from--;
    to++;
  }
  while (dotFrom - from < MAX_GAP && glyphs.kindAt(from - 1) === SPACE) from--;
  while (to - dotTo < MAX_GAP && glyphs.kindAt(to) === SPACE) to++;
  const loose = (from < dotFrom || to > dotTo) && !word;
  return {
    from,
    to,
    disguised: disguised || from < dotFrom || to > dotTo,
    loose,
    framed,
    stop: STOPS.has(code),
  };
}

function addressAround(glyphs: Glyphs, dot: Dot): { contact: Contact; to: number } | undefined {
  const end = endLabel(glyphs, dot.to);
  if (!end || !DOMAINS.has(end.text)) return undefined;
  const label = startLabel(glyphs, dot.from);
  if (!label || (dot.framed && !(label.spelled && end.spelled))) return undefined;
  let { from, text: host } = label;
  let spelled = label.spelled || end.spelled;
  // Further labels before it: m.tb.cn, www.abc.com.
  for (let k = 0; k < 3 && glyphs.codeAt(from - 1) === DOT && glyphs.isAlphanumeric(from - 2); k++) {
    const more = startLabel(glyphs, from - 1);
    if (!more) break;
    host = `${more.text}.${host}`;
    from = more.from;
    spelled ||= more.spelled;
  }
  host = `${host}.${end.text}`;
  let { to } = end;
  let last = end.text;
  // A second level behind it: com.cn.
  const more = glyphs.codeAt(to) === DOT ? endLabel(glyphs, to + 1) : undefined;
  if (more && DOMAINS.has(more.text) && !more.spelled) {
    host = `${host}.${more.text}`;
    to = more.to;
    last = more.text;
  }
  let mask: StageMask = BIT.contact | glyphs.stages(from, to);
  const folded = mask & (BIT.width | BIT.nfkc | BIT.confusable | BIT.numeral);
  const disguised = dot.disguised || spelled || folded !== 0;
  if (spelled || dot.loose) mask |= BIT.filler;
  if (SHORTENERS.has(host) && glyphs.codeAt(to) === 0x2f && glyphs.isAlphanumeric(to + 1)) {
    const path = endOfPath(glyphs, to);
    return made(glyphs, 'short_link', from, path, mask);
  }
  if (glyphs.codeAt(from - 1) === 0x40 || !isLikely(label, last, dot, spelled)) return undefined;
  return made(glyphs, disguised ? 'domain' : 'link', from, to, mask, host);
}

function made(
  glyphs: Glyphs,
  kind: Contact['kind'],
  from: number,
  to: number,
  mask: StageMask,
  plain = glyphs.plain(from, to),
): { contact: Contact; to: number } {
  const start = glyphs.start[from] as number;
  return { contact: { kind, plain, start, end: glyphs.end[to - 1] as number, mask }, to };
}

/** What tells an address from a sentence that happens to end before a word. */
function isLikely({ text }: Label, last: string, dot: Dot, spelled: boolean): boolean {
  if (text.length < 2) return false;
  if (/^\d+$/.test(text) && (text.length < 3 || !SURE.has(last))) return false;
  if ((dot.loose || dot.stop) && !spelled) return SURE.has(last);
  return true;
}

/** A label that begins at a glyph: letters in a row, or single ones with gaps. */
function endLabel(glyphs: Glyphs, from: number): Label | undefined {
  if (glyphs.kindAt(from) !== LETTER) return undefined;
  let to = from;
  while (to - from < MAX_LABEL && glyphs.kindAt(to) === LETTER) to++;
  if (to - from > 1) {
    if (glyphs.kindAt(to) === DIGIT || glyphs.codeAt(to) === 0x2d || glyphs.codeAt(to) === 0x5f)
      return undefined;
    return { from, to, text: glyphs.plain(from, to), spelled: false };
  }
  let text = glyphs.plain(from, to);
  let found: Label | undefined;
  while (text.length < 4) {
    const next = afterGap(glyphs, to, 1);
    if (next < 0 || glyphs.kindAt(next) !== LETTER || glyphs.isAlphanumeric(next + 1)) break;
    text += glyphs.plain(next, next + 1);
    to = next + 1;
    if (SPELLED.has(text)) found = { from, to, text, spelled: true };
  }
  return found;
}

/** A label that ends before a glyph. */
function startLabel(glyphs: Glyphs, to: number): Label | undefined {
  let from = to;
  while (
    to - from < MAX_LABEL &&
    (glyphs.isAlphanumeric(from - 1) || (glyphs.codeAt(from - 1) === 0x2d && from < to))
  )
    from--;
  if (to - from > 1) return { from, to, text: glyphs.plain(from, to), spelled: false };
  if (from === to) return undefined;
  let text = glyphs.plain(from, to);
  for (let k = 0; k < MAX_LABEL; k++) {
    const next = afterGap(glyphs, from - 1, -1);
    if (next < 0 || !glyphs.isAlphanumeric(next) || glyphs.isAlphanumeric(next - 1)) break;
    text = glyphs.plain(next, next + 1) + text;
    from = next;
  }
  if (text.length === 1) return { from, to, text, spelled: false };
  return text.length >= MIN_SPELLED ? { from, to, text, spelled: true } : undefined;
}

/** The glyph behind one or two signs from `at` on, in a direction; -1 where there is no gap or a longer one. */
function afterGap(glyphs: Glyphs, at: number, step: 1 | -1): number {
  let next = at;
  while (Math.abs(next - at) < MAX_GAP && glyphs.isGap(next) && glyphs.codeAt(next) !== DOT) next += step;
  return next !== at && glyphs.kindAt(next) !== 0 ? next : -1;
}

/** End of a short link's path. */
function endOfPath(glyphs: Glyphs, slash: number): number {
  let to = slash + 1;
  while (
    to - slash < MAX_LABEL &&
    (glyphs.isAlphanumeric(to) || glyphs.codeAt(to) === 0x2d || glyphs.codeAt(to) === 0x5f)
  )
    to++;
  return to;
}
