import { FIRST, LAST } from '../data/characters.ts';
import type { View } from '../normalise/view.ts';
import { BOPOMOFO_INITIALS, FIRST_BOPOMOFO, LAST_BOPOMOFO } from './bopomofo.ts';
import { type Syllables, syllables } from './syllables.ts';

/** Longest word that is read as syllables. */
const MAX_LETTERS = 64;
/** Letters of Bopomofo are numbered behind those from a to z. */
const BOPOMOFO = 26;
/** How a syllable may end that has its tone, 1 to 5, as a digit behind it. */
const TONED = /[aeiouvngr]/;

/**
 * A stretch of letters without a gap, as pinyin or Bopomofo: letter positions `first` to before `last`. Units may hold
 * digits of tones behind letters.
 */
export type Word = { unit: number; unitEnd: number; first: number; last: number; isBopomofo: boolean };

/**
 * The letters of a text and how they may be syllables. A letter written twice counts as two: dan'ni. Only syllables
 * that leave a readable rest on both sides count, so that `damage` holds no dama.
 */
export class Latin {
  /** Words; the first `count` are the text's, the others wait to be used again. */
  words: Word[] = [];
  count = 0;
  /** Letters from 0 for a and `BOPOMOFO` for ㄅ, and the unit each belongs to. */
  #letters = new Uint8Array(256);
  #units = new Uint32Array(256);
  /** Letter positions; 0 where the text has none. */
  length = 0;
  /** 1 where syllables lead from a word's first letter up to a position, and from it on to its last. */
  #fromLeft = new Uint8Array(257);
  #toRight = new Uint8Array(257);
  /** 1 where a tone stands before a letter: no syllable goes on over it. */
  #cut = new Uint8Array(257);
  readonly #syllables = syllables();

  read(view: View): void {
    this.count = 0;
    this.length = 0;
    this.#cut[0] = 0;
    let single = true;
    const { symbol, length } = view;
    for (let u = 0; u < length; ) {
      // No letter is read as a Chinese character.
      const s = symbol[u] as number;
      if ((s >= FIRST && s <= LAST) || letterAt(view, u) < 0) {
        u++;
        continue;
      }
      const isBopomofo = letterAt(view, u) >= BOPOMOFO;
      const word = this.#newWord();
      word.unit = u;
      word.first = this.length;
      word.isBopomofo = isBopomofo;
      for (; u < length && (u === word.unit || view.start[u] === view.end[u - 1]); u++) {
        const letter = letterAt(view, u);
        if (letter < 0) {
          if (isBopomofo || !this.#isTone(view, u, word)) break;
          this.#cut[this.length] = 1;
        } else if (letter >= BOPOMOFO !== isBopomofo) break;
        else this.#take(view, u);
      }
      word.unitEnd = u;
      word.last = this.length;
      if (word.last - word.first > 1) single = false;
    }
    // Letters that all stand apart, j i a w e i, are read together where nothing else is between them.
    if (single && this.count > 1) this.#join();
    this.#fromLeft.fill(0, 0, this.length + 1);
    this.#toRight.fill(0, 0, this.length + 1);
    for (let k = 0; k < this.count; k++) {
      const word = this.words[k] as Word;
      if (word.last - word.first <= MAX_LETTERS) this.#reach(word);
    }
  }

  /** Turns to a text without letters. */
  clear(): void {
    this.count = 0;
  }

  /** The word that begins at a unit. */
  wordAt(unit: number): Word | undefined {
    for (let k = 0; k < this.count; k++) {
      const word = this.words[k] as Word;
      if (word.unit === unit) return word;
    }
    return undefined;
  }

  /** The letter at a position, as ASCII; of Bopomofo what it begins with in pinyin. */
  letter(position: number): number {
    const letter = this.#letters[position] as number;
    return letter < BOPOMOFO ? 97 + letter : BOPOMOFO_INITIALS.charCodeAt(letter - BOPOMOFO);
  }

  /** The unit a letter position belongs to. */
  unitAt(position: number): number {
    return this.#units[position] as number;
  }

  /** Whether a syllable may begin at a letter position. */
  begins(position: number): boolean {
    return this.#fromLeft[position] === 1 && this.#toRight[position] === 1;
  }

  /** Sounds that may be read from a letter position, where each ends, and whether it is only near what is written. */
  syllables(position: number, word: Word, each: (sound: number, end: number, isNear: boolean) => void): void {
    const { letters, next, sound, near } = this.#triesOf(word);
    const from = word.isBopomofo ? BOPOMOFO : 0;
    let node = 0;
    for (let end = position; end < word.last; ) {
      if (end > position && this.#cut[end] === 1) return;
      node = next[letters * node + (this.#letters[end] as number) - from] as number;
      if (node === 0) return;
      end++;
      if (sound[node] === 0 || (end !== word.last && this.#toRight[end] !== 1)) continue;
      each(sound[node] as number, end, false);
      const others = near[node];
      if (others) for (const other of others) each(other, end, true);
    }
  }

  #newWord(): Word {
    if (this.count === this.words.length)
      this.words.push({ unit: 0, unitEnd: 0, first: 0, last: 0, isBopomofo: false });
    return this.words[this.count++] as Word;
  }

  /** Makes one of words that nothing parts. */
  #join(): void {
    const { words, count } = this;
    this.count = 1;
    for (let k = 1; k < count; k++) {
      const word = words[k] as Word;
      const before = words[this.count - 1] as Word;
      if (before.unitEnd === word.unit && before.isBopomofo === word.isBopomofo) {
        before.unitEnd = word.unitEnd;
        before.last = word.last;
      } else Object.assign(words[this.count++] as Word, word);
    }
  }

  #triesOf({ isBopomofo }: Word): Syllables {
    return isBopomofo ? this.#syllables.bopomofo : this.#syllables.latin;
  }

  /** Whether a digit is the tone of the syllable before it: shou3ji1. */
  #isTone(view: View, unit: number, { first }: Word): boolean {
    const isDigit = (at: number): boolean => {
      const code = view.text.charCodeAt(at);
      return code >= 48 && code <= 57;
    };
    const at = view.start[unit] as number;
    const { length } = this;
    return (
      view.run[unit] === 1 &&
      isDigit(at) &&
      view.text.charCodeAt(at) >= 49 &&
      view.text.charCodeAt(at) <= 53 &&
      !isDigit(at + 1) &&
      length - first > 1 &&
      this.#cut[length] === 0 &&
      TONED.test(String.fromCharCode(this.letter(length - 1)))
    );
  }

  /** The letters of a unit: i and l look the same and so share one, a letter written often counts twice at most. */
  #take(view: View, unit: number): void {
    const start = view.start[unit] as number;
    if (view.run[unit] === 1) {
      this.#add(letterOf(view.text, start), unit);
      return;
    }
    const first = this.length;
    for (let at = start; at < (view.end[unit] as number) && at < start + MAX_LETTERS; at++) {
      const letter = letterOf(view.text, at);
      if (letter < 0) continue;
      const { length } = this;
      const twice =
        length > first + 1 && this.#letters[length - 1] === letter && this.#letters[length - 2] === letter;
      if (!twice) this.#add(letter, unit);
    }
  }

  #add(letter: number, unit: number): void {
    if (this.length === this.#letters.length) this.#grow(2 * this.length);
    this.#letters[this.length] = letter;
    this.#units[this.length++] = unit;
    this.#cut[this.length] = 0;
  }

  #reach(word: Word): void {
    const { first, last } = word;
    const { letters: width, next, sound } = this.#triesOf(word);
    const from = word.isBopomofo ? BOPOMOFO : 0;
    const letters = this.#letters;
    const cut = this.#cut;
    const left = this.#fromLeft;
    const right = this.#toRight;
    left[first] = 1;
    for (let at = first; at < last; at++) {
      if (left[at] === 0) continue;
      let node = 0;
      for (let end = at; end < last; ) {
        if (end > at && cut[end] === 1) break;
        node = next[width * node + (letters[end] as number) - from] as number;
        if (node === 0) break;
        if (sound[node] !== 0) left[end + 1] = 1;
        end++;
      }
    }
    right[last] = 1;
    for (let at = last - 1; at >= first; at--) {
      let node = 0;
      for (let end = at; end < last && right[at] === 0; ) {
        if (end > at && cut[end] === 1) break;
        node = next[width * node + (letters[end] as number) - from] as number;
        if (node === 0) break;
        end++;
        if (sound[node] !== 0 && right[end] === 1) right[at] = 1;
      }
    }
    // The place behind a word is the first of the next one's.
    left[last] = 0;
    right[last] = 0;
  }

  #grow(size: number): void {
    const letters = this.#letters;
    const units = this.#units;
    this.#letters = new Uint8Array(size);
    this.#units = new Uint32Array(size);
    this.#fromLeft = new Uint8Array(size + 1);
    this.#toRight = new Uint8Array(size + 1);
    const cut = this.#cut;
    this.#cut = new Uint8Array(size + 1);
    this.#cut.set(cut);
    this.#letters.set(letters);
    this.#units.set(units);
  }
}

const letterAt = (view: View, unit: number): number => letterOf(view.text, view.start[unit] as number);

/** The letter that stands in a text, from 0 for a, accents and width aside, or Bopomofo; -1 where there is none. */
function letterOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) {
    const lower = (code | 0x20) - 97;
    return lower >= 0 && lower < 26 ? lower : -1;
  }
  if (code >= FIRST_BOPOMOFO && code <= LAST_BOPOMOFO) return BOPOMOFO + code - FIRST_BOPOMOFO;
  if (code < 0xc0 || (code > 0x24f && code < 0x1e00) || (code > 0x1eff && code < 0xff21) || code > 0xff5a)
    return -1;
  if (code === 0xfc || code === 0xdc || (code >= 0x1d5 && code <= 0x1dc)) return 21;
  const plain = text.charAt(at).normalize('NFKD').charCodeAt(0) | 0x20;
  return plain >= 97 && plain <= 122 ? plain - 97 : -1;
}
