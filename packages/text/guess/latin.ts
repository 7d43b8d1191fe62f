import type { View } from '../normalise/view.ts';
import { sounds } from './sound.ts';

/** Longest syllable: zhuang. */
const MAX_SYLLABLE = 6;
/** Longest word that is read as syllables. */
const MAX_LETTERS = 64;

/** A stretch of letters without a gap, as pinyin: letter positions `first` to before `last`. */
export type Word = { unit: number; unitEnd: number; first: number; last: number };

/**
 * The letters of a text and how they may be syllables. A letter written twice counts as two: dan'ni. Only syllables
 * that leave a readable rest on both sides count, so that `damage` holds no dama.
 */
export class Latin {
  words: Word[] = [];
  /** Unit each letter position belongs to. */
  unit: number[] = [];
  #letters = '';
  #fromLeft: boolean[] = [];
  #toRight: boolean[] = [];

  /** Letter positions; 0 where the text has none. */
  get length(): number {
    return this.#letters.length;
  }

  read(view: View): void {
    this.words = [];
    this.unit = [];
    this.#letters = '';
    let single = true;
    for (let u = 0; u < view.length; ) {
      if (letterAt(view, u) === '') {
        u++;
        continue;
      }
      const word: Word = { unit: u, unitEnd: u, first: this.#letters.length, last: 0 };
      for (; u < view.length && (u === word.unit || view.start[u] === view.end[u - 1]); u++) {
        if (letterAt(view, u) === '') break;
        for (const letter of lettersOf(view, u)) {
          this.#letters += letter;
          this.unit.push(u);
        }
      }
      word.unitEnd = u;
      word.last = this.#letters.length;
      this.words.push(word);
      if (word.last - word.first > 1) single = false;
    }
    // Letters that all stand apart, j i a w e i, are read together where nothing else is between them.
    if (single) this.words = joined(this.words);
    this.#fromLeft = new Array<boolean>(this.length + 1).fill(false);
    this.#toRight = new Array<boolean>(this.length + 1).fill(false);
    for (const word of this.words) if (word.last - word.first <= MAX_LETTERS) this.#reach(word);
  }

  /** The word that begins at a unit. */
  wordAt(unit: number): Word | undefined {
    return this.words.find((word) => word.unit === unit);
  }

  wordOf(position: number): Word | undefined {
    return this.words.find((word) => word.first <= position && position < word.last);
  }

  letter(position: number): number {
    return this.#letters.charCodeAt(position);
  }

  /** Whether a syllable may begin at a letter position. */
  begins(position: number): boolean {
    return this.#fromLeft[position] === true && this.#toRight[position] === true;
  }

  /** Sounds that may be read from a letter position, and where each ends. */
  syllables(position: number, word: Word, each: (sound: number, end: number) => void): void {
    const { bySyllable } = sounds();
    for (let end = position + 1; end <= word.last && end - position <= MAX_SYLLABLE; end++) {
      if (!this.#toRight[end] && end !== word.last) continue;
      const sound = bySyllable.get(this.#letters.slice(position, end));
      if (sound !== undefined) each(sound, end);
    }
  }

  #reach({ first, last }: Word): void {
    const { bySyllable } = sounds();
    const is = (from: number, to: number): boolean => bySyllable.has(this.#letters.slice(from, to));
    const right = new Array<boolean>(last - first + 1).fill(false);
    right[last - first] = true;
    for (let at = last - 1; at >= first; at--)
      for (let end = at + 1; end <= last && end - at <= MAX_SYLLABLE; end++)
        if (right[end - first] && is(at, end)) right[at - first] = true;
    const left = new Array<boolean>(last - first + 1).fill(false);
    left[0] = true;
    for (let end = first + 1; end <= last; end++)
      for (let at = Math.max(first, end - MAX_SYLLABLE); at < end; at++)
        if (left[at - first] && is(at, end)) left[end - first] = true;
    for (let at = first; at < last; at++) {
      this.#fromLeft[at] = left[at - first] === true;
      this.#toRight[at] = right[at - first] === true;
    }
  }
}

function joined(words: readonly Word[]): Word[] {
  const all: Word[] = [];
  for (const word of words) {
    const before = all.at(-1);
    if (before && before.unitEnd === word.unit) {
      before.unitEnd = word.unitEnd;
      before.last = word.last;
    } else all.push({ ...word });
  }
  return all;
}

/** The letters of a unit: i and l look the same and so share one, a letter written often counts twice at most. */
function lettersOf(view: View, unit: number): string {
  const start = view.start[unit] as number;
  if (view.run[unit] === 1) return letterOf(view.text, start);
  let letters = '';
  for (let at = start; at < (view.end[unit] as number) && at < start + MAX_LETTERS; at++) {
    const letter = letterOf(view.text, at);
    if (!letters.endsWith(letter + letter)) letters += letter;
  }
  return letters;
}

const letterAt = (view: View, unit: number): string => letterOf(view.text, view.start[unit] as number);

/** The letter a to z that stands in a text, accents and width aside; '' where there is none. */
function letterOf(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (code < 0x80) {
    const lower = code | 0x20;
    return lower >= 97 && lower <= 122 ? String.fromCharCode(lower) : '';
  }
  if (code < 0xc0 || (code > 0x24f && code < 0x1e00) || (code > 0x1eff && code < 0xff21) || code > 0xff5a)
    return '';
  if (code === 0xfc || code === 0xdc || (code >= 0x1d5 && code <= 0x1dc)) return 'v';
  const plain = text.charAt(at).normalize('NFKD').charAt(0).toLowerCase();
  return plain >= 'a' && plain <= 'z' ? plain : '';
}
