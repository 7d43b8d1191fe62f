import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CHINESE } from '@weir/text/testing/evasions.ts';
import { pick, seeded } from '@weir/text/testing/terms.ts';
import { sized } from '../size.ts';

/** The case that all sides share. */
export const MESSAGES = sized(200_000, 2_000);
export const FEW = sized(10_000, 500);
export const MANY = sized(100_000, 2_000);
export const MOST = sized(500_000, 5_000);

const SEED = 5;
/** Shares of messages that hold a term as it is, and in disguise. */
const PLAIN_SHARE = 0.02;
const DISGUISED_SHARE = 0.02;
/** Classes of disguise. */
const DISGUISES = ['filler', 'invisible', 'homophone', 'pinyin of one', 'reversed'];
/** Lengths of terms, as many of each as it stands there, and one in twenty in letters. */
const LENGTHS = [2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 6, 6, 7, 8];
const LATIN_SHARE = 0.05;
/** What people write between and behind words. */
const ASIDES = ['，', '！', '。', '？', '~', ' ', '666', '哈哈哈', 'hhh', '😂', '👍👍', 'ok', 'up主', '233'];
const ASIDE_SHARE = 0.15;

type Random = () => number;
type Words = { list: string[]; upTo: Float64Array; chars: string[] };

let known: Words | undefined;

/** Chinese words in daily use with their weights, after jieba's dictionary. */
function words(): Words {
  if (known) return known;
  const path = createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt');
  const list: string[] = [];
  const weights: number[] = [];
  const chars = new Set<string>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [word = '', count] = line.split(' ');
    if (!/^[\u4e00-\u9fa5]{1,4}$/.test(word)) continue;
    list.push(word);
    weights.push(Number(count));
    if (Number(count) > 500) for (const char of word) chars.add(char);
  }
  let sum = 0;
  const upTo = Float64Array.from(weights, (weight) => (sum += weight));
  known = { list, upTo, chars: [...chars] };
  return known;
}

function word(random: Random): string {
  const { list, upTo } = words();
  const at = random() * (upTo.at(-1) as number);
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((upTo[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return list[low] as string;
}

/** Distinct invented terms: characters in common use in no order that means anything, and words in letters. */
export function terms(count: number): string[] {
  const random = seeded(SEED);
  const { chars } = words();
  const all = new Set<string>();
  while (all.size < count) {
    if (random() < LATIN_SHARE) {
      const length = 5 + Math.floor(random() * 6);
      all.add(
        Array.from({ length }, (_, i) => pick(random, [...(i % 2 ? 'aeiou' : 'bdfgklmnprstvz')])).join(''),
      );
    } else all.add(Array.from({ length: pick(random, LENGTHS) }, () => pick(random, chars)).join(''));
  }
  return [...all];
}

/** Messages of about 15 characters: words as often as people use them, now and then a term of `listed`. */
export function messages(count: number, listed: readonly string[]): string[] {
  const random = seeded(SEED + 1);
  return Array.from({ length: count }, () => {
    const length = 8 + Math.floor(random() * 14);
    const draw = random();
    let text = '';
    if (draw < PLAIN_SHARE) text = pick(random, listed);
    else if (draw < PLAIN_SHARE + DISGUISED_SHARE) {
      const term = pick(random, listed);
      text = CHINESE[pick(random, DISGUISES)]?.(term, random) ?? term;
    }
    while (text.length < length) text += random() < ASIDE_SHARE ? pick(random, ASIDES) : word(random);
    return text;
  });
}

/** The same list as a lexicon's text. */
export const csvOf = (listed: readonly string[]): string => `term\n${listed.join('\n')}\n`;
