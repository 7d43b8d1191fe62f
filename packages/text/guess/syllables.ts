import { bopomofoOf, FIRST_BOPOMOFO, LAST_BOPOMOFO } from './bopomofo.ts';
import { sounds } from './sound.ts';

/**
 * Syllables letter by letter: the node each letter leads to from a node, the sound that ends at a node, and sounds that
 * many speakers do not tell from it.
 */
export type Syllables = {
  letters: number;
  next: Uint16Array;
  sound: Uint16Array;
  near: readonly (readonly number[] | undefined)[];
};

/** Room for the beginnings of all syllables: about 900. */
const NODES = 2_048;
const LATIN = 26;
const BOPOMOFO = LAST_BOPOMOFO - FIRST_BOPOMOFO + 1;

let made: { latin: Syllables; bopomofo: Syllables } | undefined;

/** Syllables as typed in Latin letters (from 0 for a) and in Bopomofo (from 0 for ㄅ), made on first use; 0 leads nowhere. */
export function syllables(): { latin: Syllables; bopomofo: Syllables } {
  if (made) return made;
  const { bySyllable } = sounds();
  const latin = trieOf(LATIN, [...bySyllable], (letter) => letter - 97);
  const spelled = [...bySyllable].flatMap(([syllable, sound]): [string, number][] => {
    const bopomofo = bopomofoOf(syllable);
    return bopomofo === undefined ? [] : [[bopomofo, sound]];
  });
  made = { latin, bopomofo: trieOf(BOPOMOFO, spelled, (letter) => letter - FIRST_BOPOMOFO) };
  return made;
}

function trieOf(
  letters: number,
  entries: readonly [string, number][],
  indexOf: (letter: number) => number,
): Syllables {
  const next = new Uint16Array(letters * NODES);
  const sound = new Uint16Array(NODES);
  const near: (readonly number[] | undefined)[] = [];
  let nodes = 1;
  for (const [syllable, of] of entries) {
    let node = 0;
    for (let i = 0; i < syllable.length; i++) {
      const at = letters * node + indexOf(syllable.charCodeAt(i));
      if (next[at] === 0) next[at] = nodes++;
      node = next[at] as number;
    }
    sound[node] = of;
    near[node] = blurredOf(syllable, of);
  }
  return { letters, next, sound, near };
}

/** Initials that dialects run together: l, n and r; f and h before u; and what is typed for another sound. */
const BLURS: readonly (readonly [RegExp, string])[] = [
  [/^n/, 'l'],
  [/^l/, 'n'],
  [/^r/, 'l'],
  [/^l/, 'r'],
  [/^f(?!u)/, 'hu'],
  [/^fu/, 'hu'],
  [/^hu(?=.)/, 'f'],
  [/^hu$/, 'fu'],
  // ü typed as u.
  [/^([ln])u$/, '$1v'],
  [/^feng$/, 'hong'],
  [/^hong$/, 'feng'],
];

function blurredOf(syllable: string, own: number): readonly number[] | undefined {
  const { bySyllable } = sounds();
  const found = new Set<number>();
  for (const [from, to] of BLURS) {
    const sound = from.test(syllable) ? bySyllable.get(syllable.replace(from, to)) : undefined;
    if (sound !== undefined && sound !== own) found.add(sound);
  }
  return found.size > 0 ? [...found] : undefined;
}
