import { pinyin } from 'pinyin-pro';
import { characters, classesOf, FIRST, LAST, READINGS } from '../data/characters.ts';
import { pick } from './terms.ts';

type Random = () => number;
/** Makes a variant of a term, or undefined where the class has none of it. */
type Evasion = (term: string, random: Random) => string | undefined;

const syllable = (char: string): string => pinyin(char, { toneType: 'none', v: true });

let byReading: Map<number, string[]> | undefined;

/** Other characters whose usual reading is the same. */
function homophones(char: string): string[] {
  const { readings } = characters();
  if (!byReading) {
    byReading = new Map();
    for (let code = 0x4e00; code <= Math.min(LAST, 0x9fa5); code++) {
      const reading = readings[(code - FIRST) * READINGS] as number;
      const list = byReading.get(reading);
      if (list) list.push(String.fromCharCode(code));
      else byReading.set(reading, [String.fromCharCode(code)]);
    }
  }
  const own = readings[(char.charCodeAt(0) - FIRST) * READINGS] as number;
  return (byReading.get(own) ?? []).filter((one) => one !== char);
}

function lookAlikes(char: string): string[] {
  const own = new Set([...classesOf(char.charCodeAt(0))].filter((one) => one !== 0));
  const found: string[] = [];
  for (let code = 0x4e00; code <= 0x9fa5; code++)
    if (code !== char.charCodeAt(0) && classesOf(code).some((one) => own.has(one)))
      found.push(String.fromCharCode(code));
  return found;
}

/** Ways to take a character apart into parts that somebody would type: no single strokes. */
let apart: Map<string, string[]> | undefined;

function splitsOf(char: string): string[] {
  if (!apart) {
    apart = new Map();
    for (const [parts, wholes] of characters().splits)
      if (!/[一丨八十]/.test(parts))
        for (const whole of wholes) apart.set(whole, [...(apart.get(whole) ?? []), parts]);
  }
  return apart.get(char) ?? [];
}

/** Exchanges one character of a term. */
const exchangeOne =
  (others: (char: string) => string[]): Evasion =>
  (term, random) => {
    const chars = [...term];
    const from = Math.floor(random() * chars.length);
    for (let k = 0; k < chars.length; k++) {
      const at = (from + k) % chars.length;
      const list = others(chars[at] as string);
      if (list.length === 0) continue;
      chars[at] = pick(random, list);
      return chars.join('');
    }
    return undefined;
  };

const LATIN_LOOKS: Readonly<Record<string, string>> = {
  a: 'аɑα',
  e: 'еҽ',
  o: 'оο0',
  p: 'рρ',
  c: 'сϲ',
  x: 'хχ',
  i: 'іı1',
  l: '1|',
  n: 'ո',
  s: 'ѕ',
};
const LEET: Readonly<Record<string, string>> = { a: '@4', e: '3', o: '0', s: '$5', t: '7', g: '9', b: '8' };
const TRADITIONAL: Readonly<Record<string, string>> = {
  蓝: '藍',
  鲸: '鯨',
  币: '幣',
  会: '會',
  银: '銀',
  筹: '籌',
  码: '碼',
  盘: '盤',
  红: '紅',
  鹭: '鷺',
  烟: '煙',
  贷: '貸',
  云: '雲',
  兼: '兼',
  职: '職',
  间: '間',
  莺: '鶯',
  铁: '鐵',
  马: '馬',
  挂: '掛',
  蝉: '蟬',
  练: '練',
  龙: '龍',
  龟: '龜',
};
const DIGITS = ['〇零', '一壹①', '二贰②', '三叁③', '四肆④', '五伍⑤', '六陆⑥', '七柒⑦', '八捌⑧', '九玖⑨'];

const CIRCLES = ['⓪⓿', '①❶➀➊', '②❷➁➋', '③❸➂➌', '④❹➃➍', '⑤❺➄➎', '⑥❻➅➏', '⑦❼➆➐', '⑧❽➇➑', '⑨❾➈➒'];

const each = (term: string, random: Random, to: Readonly<Record<string, string>>): string | undefined => {
  const text = [...term].map((char) => (to[char] ? pick(random, [...(to[char] as string)]) : char)).join('');
  return text === term ? undefined : text;
};

/** Each character followed by one of a kind that nobody sees by itself. */
const followed =
  (marks: string): Evasion =>
  (term, random) =>
    [...term].map((char) => char + pick(random, [...marks])).join('');

/** Kangxi radicals and compatibility ideographs that NFKC makes into characters. */
let compatible: Map<string, string[]> | undefined;

function compatibles(char: string): string[] {
  if (!compatible) {
    compatible = new Map();
    for (const [first, last] of [
      [0x2f00, 0x2fd5],
      [0xf900, 0xfaff],
    ] as const)
      for (let code = first; code <= last; code++) {
        const form = String.fromCharCode(code).normalize('NFKC');
        if (form !== String.fromCharCode(code))
          compatible.set(form, [...(compatible.get(form) ?? []), String.fromCharCode(code)]);
      }
  }
  return compatible.get(char) ?? [];
}

const shifted =
  (first: number): Evasion =>
  (term) =>
    /^[a-z]+$/.test(term)
      ? [...term].map((char) => String.fromCodePoint(first + char.charCodeAt(0) - 97)).join('')
      : undefined;

const CYRILLIC: Readonly<Record<string, string>> = {
  a: 'аА',
  e: 'еЕ',
  o: 'оО',
  p: 'рР',
  c: 'сС',
  x: 'хХ',
  b: 'Вв',
  t: 'Тт',
  n: 'п',
};
const GREEK: Readonly<Record<string, string>> = {
  a: 'αΑ',
  b: 'βΒ',
  e: 'εΕ',
  o: 'οΟ',
  n: 'ηΝ',
  t: 'τΤ',
  x: 'χΧ',
  w: 'ω',
  z: 'Ζ',
  p: 'ρΡ',
  g: 'ɡ',
};
const FILLERS = [...' .,·。、/~*-_+=#&^：；！？…—【】（）❤★☆♪✨🎲🐳🔥👀🌸'];

/** What a term is made of decides which classes can disguise it. */
export const CHINESE: Readonly<Record<string, Evasion>> = {
  filler: (term, random) => [...term].join(pick(random, [' ', '.', '❤', '*', '-', '🎲🎲', '。', '／', '~'])),
  'fillers of several kinds': (term, random) =>
    [...term].map((char, i) => (i === 0 ? char : pick(random, FILLERS) + char)).join(''),
  invisible: (term, random) =>
    [...term].join(pick(random, ['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u202e', '\u3164'])),
  'combining characters': followed('\u0336\u0332\u0307\u20dd\u0489'),
  'variation selectors': followed('\ufe00\ufe0e\ufe0f\u{e0100}\u{e0101}'),
  nfkc: exchangeOne(compatibles),
  repeat: (term, random) => [...term].map((char) => char.repeat(1 + Math.floor(random() * 3))).join(''),
  traditional: (term, random) => each(term, random, TRADITIONAL),
  split: exchangeOne(splitsOf),
  lookalike: exchangeOne(lookAlikes),
  homophone: exchangeOne(homophones),
  pinyin: (term, random) => [...term].map(syllable).join(pick(random, ['', ' ', '-'])),
  'pinyin of one': (term, random) => {
    const chars = [...term];
    const at = Math.floor(random() * chars.length);
    chars[at] = syllable(chars[at] as string);
    return chars.join('');
  },
  initial: (term) => (term.length > 3 ? [...term].map((char) => syllable(char)[0]).join('') : undefined),
  reversed: (term) => [...term].reverse().join(''),
  column: (term, random) => {
    const width = 2 + Math.floor(random() * 3);
    return [...term]
      .map((char) => char + pick(random, ['山高水', '风轻月', '花开叶']).slice(0, width - 1))
      .join('\n');
  },
};

/** Latin words. */
export const LATIN: Readonly<Record<string, Evasion>> = {
  case: (term, random) => [...term].map((char) => (random() < 0.7 ? char.toUpperCase() : char)).join(''),
  width: (term) => [...term].map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join(''),
  nfkc: (term) => [...term].map((char) => String.fromCodePoint(0x1d41a + char.charCodeAt(0) - 97)).join(''),
  confusable: (term, random) => each(term, random, LATIN_LOOKS),
  leet: (term, random) => each(term, random, LEET),
  Cyrillic: (term, random) => each(term, random, CYRILLIC),
  Greek: (term, random) => each(term, random, GREEK),
  'letters in circles': shifted(0x24d0),
  'letters in dark circles': shifted(0x1f150),
  'letters in squares': shifted(0x1f130),
  'letters in dark squares': shifted(0x1f170),
  'flags of letters': shifted(0x1f1e6),
  'letters in brackets': shifted(0x249c),
  'mathematical letters': (term, random) =>
    shifted(pick(random, [0x1d41a, 0x1d44e + 26, 0x1d4ea, 0x1d51e, 0x1d5ba, 0x1d68a]))(term, random),
  'combining characters': followed('\u0301\u0308\u0323\u0336'),
  invisible: followed('\u200b\u2060\u00ad'),
  filler: (term, random) => [...term].join(pick(random, FILLERS)),
  repeat: (term, random) => [...term].map((char) => char.repeat(1 + Math.floor(random() * 3))).join(''),
  reversed: (term) => [...term].reverse().join(''),
};

/** Numbers and addresses. */
export const CONTACT: Readonly<Record<string, Evasion>> = {
  numeral: (term, random) =>
    [...term]
      .map((char) => (/\d/.test(char) ? pick(random, [...(DIGITS[Number(char)] as string)]) : char))
      .join(''),
  'digits in circles': (term, random) =>
    /^\d+$/.test(term)
      ? [...term].map((char) => pick(random, [...(CIRCLES[Number(char)] as string)])).join('')
      : undefined,
  'digits of other kinds': (term, random) => {
    const zero = pick(random, [0xff10, 0x1d7ce, 0x1d7d8, 0x0660, 0x0966]);
    return term.replace(/\d/g, (char) => String.fromCodePoint(zero + Number(char)));
  },
  'letters for digits': (term, random) =>
    term.replace(/[01]/g, (char) => pick(random, char === '0' ? ['o', 'O'] : ['l', 'I'])),
  filler: (term, random) => [...term].join(pick(random, [' ', '-', '❤', '·'])),
  contact: (term) => (term.includes('.') ? term.replace('.', '点') : undefined),
};
