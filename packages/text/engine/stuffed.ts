import { isPairAt } from '../guess/nature.ts';
import { mayBeNear } from '../guess/near.ts';
import type { Surroundings } from '../guess/surroundings.ts';
import type { Filter } from '../matcher/filter.ts';
import type { View } from '../normalise/view.ts';

/** Symbols that people put between two characters at one place; more are a word of its own. */
const MOST = 2;
/** Names of pictures as platforms write them, brackets and all: [doge]. */
const MAX_NAME = 8;
const NAME = /\[[^[\]\n]{1,6}\]/g;

/**
 * Reads a text into `bare` without the letters, digits, kana, strokes and names of pictures that stand between its
 * Chinese characters: 苹x果x手x机. False where nowhere two neighbours in terms, or of a word, are parted by such;
 * `around` is what is known of the symbols, undefined where none of them is such.
 */
export function readBare(
  text: string,
  view: View,
  bare: View,
  near: Filter,
  around: Surroundings | undefined,
): boolean {
  const { length } = view;
  const names = view.glance.brackets ? namesIn(text) : NO_NAMES;
  if (names.length === 0 && !(around && isWorth(view, near, around))) return false;
  bare.clear(text);
  for (let u = 0, k = 0; u < length; u++) {
    const at = view.start[u] as number;
    while (k < names.length && (names[k] as Name).end <= at) k++;
    const name = names[k];
    if (!around?.isStuffing(u) && !(name && at >= name.start)) bare.take(view, u);
  }
  return bare.length > 2;
}

/**
 * Whether one or two symbols of another kind stand between characters at several places, two neighbours in terms among
 * them, or one tears a word in two.
 */
function isWorth(view: View, near: Filter, around: Surroundings): boolean {
  const { symbol, length } = view;
  // How many symbols of another kind stand before a place, and the character before these.
  let stuffed = MOST + 1;
  let left = 0;
  let places = 0;
  let isNear = false;
  for (let u = 0; u < length; u++) {
    if (around.isStuffing(u)) {
      stuffed++;
      continue;
    }
    if (stuffed > 0 && stuffed <= MOST) {
      places++;
      isNear ||= mayBeNear(near, symbol[left] as number, symbol[u] as number);
      if ((isNear && places > 1) || (stuffed === 1 && isPairAt(view, left, u))) return true;
    }
    stuffed = 0;
    left = u;
  }
  return false;
}

type Name = { start: number; end: number };
const NO_NAMES: readonly Name[] = [];

function namesIn(text: string): Name[] {
  const names: Name[] = [];
  for (const { index, 0: name } of text.matchAll(NAME))
    if (name.length <= MAX_NAME) names.push({ start: index, end: index + name.length });
  return names;
}

/**
 * Whether symbols `first` to `last` of a bare text are a word with something put between: at two places or more, or at
 * one where a word is torn in two.
 */
export function isStuffed(view: View, bare: View, first: number, last: number): boolean {
  let stuffed = 0;
  let torn = 0;
  for (let u = first, at = 0; u < last; u++) {
    const from = bare.end[u] as number;
    const to = bare.start[u + 1] as number;
    if (from === to) continue;
    while (at < view.length && (view.start[at] as number) < from) at++;
    let between = 0;
    let names = 0;
    for (let k = at; k < view.length && (view.start[k] as number) < to; k++)
      if (bare.text.charCodeAt((view.start[k] as number) - 1) === BRACKET) names++;
      else if (names === 0) between++;
    if (between > MOST) return false;
    if (between + names === 0) continue;
    stuffed++;
    if (between + names === 1 && isPairAt(bare, u, u + 1)) torn++;
  }
  return stuffed > 1 || torn === 1;
}

const BRACKET = 91;
