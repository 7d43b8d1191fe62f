import { CLASSES, characters, classesOf, FIRST, LAST, PARTS, READINGS, UNUSED } from '../data/characters.ts';

/** Symbols of sounds lie in the private use area, where no text's own symbols are looked for. */
export const SOUND = 0xe000;

/** Syllables that many speakers do not tell apart: zh/z, ch/c, sh/s, -ng/-n. */
const blurred = (syllable: string): string => syllable.replace(/^([zcs])h/, '$1').replace(/ng$/, 'n');

/** Initials formed at one place of the mouth, and f as the hu that many say for it. */
const NEAR: readonly (readonly [RegExp, string])[] = [
  [/^fu/, 'hu'],
  [/^f/, 'hu'],
  [/^hon$/, 'huen'],
  [/^p/, 'b'],
  [/^t/, 'd'],
  [/^[kh]/, 'g'],
  [/^[qx]/, 'j'],
  [/^[cs]/, 'z'],
  [/^[nr]/, 'l'],
  [/ui$/, 'uei'],
  [/un$/, 'uen'],
];

const nearName = (blur: string): string => NEAR.reduce((name, [from, to]) => name.replace(from, to), blur);

/** Stands for the sound of characters that nobody uses and nobody knows how to say. */
const UNKNOWN = '~';

type Sounds = {
  /** Sound symbol of each syllable as typed, `ü` as v and as u. */
  bySyllable: ReadonlyMap<string, number>;
  /** First letter of each sound, by symbol - SOUND. */
  initial: Uint8Array;
  /** First sound that begins with an ASCII letter, or behind it; those of a letter end before the next one's. */
  firstOf: Uint16Array;
  /** What each sound, by symbol - SOUND, shares with those that are only near it, from 1. */
  nearBy: Uint16Array;
  /** Usual and second sound of each UTF-16 unit, 0 for none. */
  usual: Uint16Array;
  second: Uint16Array;
};

let made: Sounds | undefined;

/** Sounds of syllables and characters; made on first use. */
export function sounds(): Sounds {
  if (made) return made;
  const { syllables, readings, parts } = characters();
  // In order, so that sounds of one first letter stand side by side.
  const names = [...new Set([...syllables.map(blurred), UNKNOWN])].sort();
  const idOf = new Map(names.map((name, id) => [name, id]));
  const ids = syllables.map((syllable) => idOf.get(blurred(syllable)) as number);
  const bySyllable = new Map(syllables.map((syllable, i) => [syllable, SOUND + (ids[i] as number)]));
  for (const [syllable, sound] of [...bySyllable])
    if (syllable.includes('v') && !bySyllable.has(syllable.replace('v', 'u')))
      bySyllable.set(syllable.replace('v', 'u'), sound);
  // Interjections such as m, n, ng are no syllables that anybody spells a word with.
  for (const syllable of [...bySyllable.keys()]) if (!/[aeiouv]/.test(syllable)) bySyllable.delete(syllable);
  const usual = new Uint16Array(65_536);
  const second = new Uint16Array(65_536);
  for (let code = FIRST; code <= LAST; code++) {
    let one = 0;
    let two = 0;
    for (let i = 0; i < READINGS; i++) {
      const reading = readings[(code - FIRST) * READINGS + i] as number;
      if (reading === 0) continue;
      const sound = SOUND + (ids[reading - 1] as number);
      if (one === 0) one = sound;
      else if (two === 0 && sound !== one) two = sound;
    }
    if (one === 0 && parts[(code - FIRST) * PARTS] === UNUSED) one = SOUND + (idOf.get(UNKNOWN) as number);
    usual[code] = one;
    second[code] = two;
  }
  const initial = Uint8Array.from(names, (name) => name.charCodeAt(0));
  const nearNames = names.map(nearName);
  const nearBy = Uint16Array.from(nearNames, (name) => nearNames.indexOf(name) + 1);
  const firstOf = new Uint16Array(129).fill(SOUND + names.length);
  for (let id = names.length - 1; id >= 0; id--) firstOf[initial[id] as number] = SOUND + id;
  for (let letter = 127; letter >= 0; letter--)
    firstOf[letter] = Math.min(firstOf[letter] as number, firstOf[letter + 1] as number);
  made = { bySyllable, initial, firstOf, nearBy, usual, second };
  return made;
}

/** Whether two Chinese characters share a sound. */
export function soundAlike(a: number, b: number): boolean {
  const { usual, second } = sounds();
  const a1 = usual[a] as number;
  const a2 = second[a] as number;
  const b1 = usual[b] as number;
  const b2 = second[b] as number;
  if (a1 === 0 || b1 === 0) return false;
  // Two rare readings that meet are nobody's idea.
  return a1 === b1 || a1 === b2 || a2 === b1;
}

/** Whether two Chinese characters share a class of look-alikes. */
export function lookAlike(a: number, b: number): boolean {
  if (a < FIRST || a > LAST || b < FIRST || b > LAST) return false;
  const { classes } = characters();
  const ofA = (a - FIRST) * CLASSES;
  const ofB = (b - FIRST) * CLASSES;
  for (let i = 0; i < CLASSES; i++) {
    const one = classes[ofA + i] as number;
    if (one === 0) return false;
    for (let j = 0; j < CLASSES; j++) {
      const other = classes[ofB + j] as number;
      if (other === 0) break;
      if (one === other) return true;
    }
  }
  return false;
}

/**
 * Whether a character might stand for another where all else is as it should be: nobody uses it otherwise, it sounds
 * nearly the same, or both have a part in common.
 */
export function mayStandFor(text: number, wanted: number): boolean {
  if (wanted < FIRST || wanted > LAST) return false;
  if (text < FIRST || text > LAST) return isKana(text);
  const { parts } = characters();
  const ofText = (text - FIRST) * PARTS;
  if (parts[ofText] === UNUSED || soundsNear(text, wanted)) return true;
  const ofWanted = (wanted - FIRST) * PARTS;
  for (let i = 0; i < PARTS; i++) {
    const one = parts[ofText + i] as number;
    if (one === 0) return false;
    for (let j = 0; j < PARTS; j++) if (parts[ofWanted + j] === one) return true;
  }
  return false;
}

/** Whether a symbol is kana: no word in Chinese has it, but people write characters with it that it resembles. */
export const isKana = (symbol: number): boolean => symbol >= 0x3041 && symbol <= 0x30fa;

/** Whether a character is one that nobody uses. */
export const isUnused = (char: number): boolean =>
  char >= FIRST && char <= LAST && characters().parts[(char - FIRST) * PARTS] === UNUSED;

/** Whether the usual sounds of two characters differ only as people mishear or mispronounce them. */
export function soundsNear(a: number, b: number): boolean {
  const { usual, nearBy } = sounds();
  const one = usual[a] as number;
  const other = usual[b] as number;
  return one !== 0 && other !== 0 && nearBy[one - SOUND] === nearBy[other - SOUND];
}

let members: number[][] | undefined;

/** Sounds of the characters of a class of look-alikes. */
export function soundsOfClass(one: number): readonly number[] {
  if (!members) {
    const { classes } = characters();
    const { usual, second } = sounds();
    const sets: Set<number>[] = [];
    for (let at = 0; at < classes.length; at++) {
      const id = classes[at] as number;
      if (id === 0) continue;
      const char = FIRST + Math.floor(at / CLASSES);
      sets[id] ??= new Set();
      for (const sound of [usual[char] as number, second[char] as number])
        if (sound !== 0) sets[id].add(sound);
    }
    members = Array.from(sets, (set) => [...(set ?? [])]);
  }
  return members[one] ?? [];
}

/** Bytes in which every sound has a bit. */
const SOUND_BYTES = 64;
const alike = new Map<number, Uint8Array>();
const NONE = new Uint8Array(SOUND_BYTES);

/** Whether a sound is that of something a character may be taken for. */
export function isSoundOfLookAlike(code: number, sound: number): boolean {
  if (code < FIRST || code > LAST || sound < SOUND) return false;
  let bits = alike.get(code);
  if (!bits) {
    bits = new Uint8Array(SOUND_BYTES);
    for (const one of classesOf(code))
      for (const of of soundsOfClass(one)) {
        const id = of - SOUND;
        bits[id >> 3] = (bits[id >> 3] as number) | (1 << (id & 7));
      }
    alike.set(code, bits.some((byte) => byte !== 0) ? bits : NONE);
  }
  const id = sound - SOUND;
  return ((bits[id >> 3] as number) & (1 << (id & 7))) !== 0;
}
