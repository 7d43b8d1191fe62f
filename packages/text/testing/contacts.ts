import { pick } from './terms.ts';

type Random = () => number;
/** A contact in disguise and what it says. */
type Disguised = { written: string; plain: string };
type Disguise = (random: Random) => Disguised;

const DIGITS = '０１２３４５６７８９';
const NUMERALS = '零一二三四五六七八九';
const CAPITALS = '零壹贰叁肆伍陆柒捌玖';
const CIRCLES = '⓪①②③④⑤⑥⑦⑧⑨';
const SIGNS = [' ', '-', '.', '❤', '·', '🎲', '~', '、'];
const DOTS = ['点', '。', ' . ', '(dot)', ' dot ', '·', '．', '[.]'];
const ENDS = ['com', 'cn', 'cc', 'xyz', 'vip'];

const some = (random: Random, from: string, count: number): string =>
  Array.from({ length: count }, () => pick(random, [...from])).join('');

const mobile = (random: Random): string => `1${some(random, '35789', 1)}${some(random, '0123456789', 9)}`;
const account = (random: Random): string => `${some(random, '123456789', 1)}${some(random, '0123456789', 7)}`;
const name = (random: Random): string =>
  some(random, 'bdfghjkmnpqrstwz', 1) + some(random, 'aeiou', 1) + some(random, 'bdfghjkmnpqrstwz', 3);

/** Each digit by one of several alphabets, or all by one. */
const redrawn = (random: Random, digits: string): string => {
  const alphabets = [DIGITS, NUMERALS, CAPITALS, CIRCLES];
  const one = pick(random, alphabets);
  const mixed = random() < 0.5;
  return [...digits]
    .map((digit) => [...(mixed ? pick(random, alphabets) : one)][Number(digit)] as string)
    .join('');
};

const parted = (random: Random, digits: string): string => {
  const sign = pick(random, SIGNS);
  return random() < 0.5
    ? [...digits].join(sign)
    : [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].join(sign);
};

/** Ways in which people write what leads away from a platform; all names and numbers are drawn. */
export const CONTACTS: Readonly<Record<string, Disguise>> = {
  'phone in other digits': (random) => {
    const plain = mobile(random);
    return { plain, written: redrawn(random, plain) };
  },
  'phone with fillers': (random) => {
    const plain = mobile(random);
    return { plain, written: parted(random, plain) };
  },
  'WeChat by its names': (random) => {
    const plain = `${name(random)}${some(random, '0123456789', 3)}`;
    const lead = pick(random, ['微信', '薇信', 'wx', 'VX', 'v信', 'weixin', '微信号', '微芯', 'ＶＸ']);
    return {
      plain,
      written: `${lead}${pick(random, [':', '：', ' ', ''])}`.replace(/([a-zＸ])$/i, '$1:') + plain,
    };
  },
  'QQ by its names': (random) => {
    const plain = account(random);
    const lead = pick(random, ['QQ', 'qq群', '扣扣', '企鹅号', 'Q群', '叩叩']);
    const digits = pick(random, [
      (one: string) => one,
      (one: string) => redrawn(random, one),
      (one: string) => [...one].join(' '),
    ]);
    return { plain, written: `${lead}${pick(random, [':', '：', ' ', ''])}${digits(plain)}` };
  },
  'domain with another dot': (random) => {
    const host = name(random);
    const end = pick(random, ENDS);
    return { plain: `${host}.${end}`, written: `${host}${pick(random, DOTS)}${end}` };
  },
  'domain in other letters': (random) => {
    const plain = `${name(random)}.${pick(random, ENDS)}`;
    const first = pick(random, [0xff41, 0x24d0, 0x1d41a, 0x1f170]);
    return {
      plain,
      written: plain.replace(/[a-z]/g, (char) => String.fromCodePoint(first + char.charCodeAt(0) - 97)),
    };
  },
  'domain letter by letter': (random) => {
    const plain = `${name(random)}.com`;
    return { plain, written: [...plain].join(pick(random, [' ', '❤', '_'])) };
  },
  'short link': (random) => {
    const plain = `${pick(random, ['t.cn', 'dwz.cn', 'bit.ly', 'suo.im'])}/${some(random, 'abcdefghij0123456789', 6)}`;
    return { plain, written: plain };
  },
};
