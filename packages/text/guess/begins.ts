import { addTo, type Filter, filterFor, hashOfPair } from '../matcher/filter.ts';
import { SOUND, sounds } from './sound.ts';

/** Sounds that are told apart: more than there are. */
const SOUNDS = 512;

const isSound = (symbol: number): boolean => symbol >= SOUND && symbol < SOUND + SOUNDS;

/** Bitmap of the two sounds that keys by sound begin with, 32 kB: whether a way is worth following behind its second. */
export function beginsOf(heards: readonly string[]): Uint32Array {
  const bits = new Uint32Array((SOUNDS * SOUNDS) / 32);
  for (const key of heards) {
    const one = key.charCodeAt(0);
    const two = key.charCodeAt(1);
    if (!isSound(one) || !isSound(two)) continue;
    const bit = (one - SOUND) * SOUNDS + two - SOUND;
    bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
  }
  return bits;
}

/** Whether any key may begin with two sounds; undefined where they are none. Sure where it says no. */
export function mayBegin(bits: Uint32Array, one: number, two: number): boolean | undefined {
  if (!isSound(one) || !isSound(two)) return undefined;
  const bit = (one - SOUND) * SOUNDS + two - SOUND;
  return ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}

/**
 * Hash of a first character as it is and the initials of what follows: `third` 0 where only one is known. A word of
 * initials is taken only where all beside it is as the term has it.
 */
export const initialsHash = (first: number, second: number, third: number): number =>
  hashOfPair(first, (second & 31) * 32 + (third & 31));

/** The first character of terms with the next one or two initials: where a word of initials may go on. */
export function initialsOf(plains: readonly string[], heards: readonly string[]): Filter {
  const { initial } = sounds();
  const filter = filterFor(2 * heards.length);
  heards.forEach((heard, k) => {
    if (heard.length < 3) return;
    const [second = 0, third = 0] = [1, 2].map((i) => initial[heard.charCodeAt(i) - SOUND] ?? 0);
    const first = (plains[k] as string).charCodeAt(0);
    addTo(filter, initialsHash(first, second, third));
    addTo(filter, initialsHash(first, second, 0));
  });
  return filter;
}
