import { CLASSES, characters, FIRST, LAST } from '../data/characters.ts';
import { childOf, setBit, type Trie } from '../matcher/trie.ts';
import { isCrowded } from './path.ts';
import { SOUND, sounds } from './sound.ts';

/**
 * What a list of starts is kept under: two of a start's characters, each as it is (e), by its sound (s), or by a class
 * of look-alikes it belongs to (c). The digits say which two of three; they are the order of bits in a row too.
 */
export const KIND = {
  e0s1: 0,
  e1s2: 1,
  e0s2: 2,
  s0e1: 3,
  s1e2: 4,
  s0e2: 5,
  /** Where every character may be exchanged. */
  s0s1: 0,
  s1s2: 1,
  s0s2: 2,
  /** Terms of two characters. */
  es: 10,
  se: 11,
  ec: 12,
  ce: 13,
  ss: 14,
  cs: 15,
  sc: 16,
  cc: 17,
  /** All initials of a term: asked of the bitmap alone. */
  initials: 18,
} as const;

/** Words of a start in a list. */
export const RECORD = 4;

/** Words of a row for one kind: a bit for each sound. */
export const ROW_WORDS = 16;
/** Words of a row: kinds `e0s1` to `s0e2`. */
export const ROW = 6 * ROW_WORDS;

/** A term ends with a start; terms go on behind it. */
export const ENDS = 1;
export const GOES_ON = 2;

/**
 * Up to so many starts of two and of three characters a lexicon is searched for terms of which every character was
 * exchanged. In a larger one chance alone makes such hits: 400 sounds make 160,000 pairs, and people use few of them.
 */
const MAX_BLIND_TWO = 300;
const MAX_BLIND_THREE = 2_000;
/** Classes of a character that count where both of two were exchanged. */
export const PAIRED_CLASSES = 3;
/** Lengths of terms whose initials alone may mean them. */
export const MIN_INITIALS = 3;
export const MAX_INITIALS = 6;

/**
 * The first two or three characters that terms begin with, in lists by what a disguise leaves of them. Before the lists
 * of three stands a row of bits for each character (or sound, where every one may be exchanged): which sounds stand
 * beside it. One row is a few lines of cache, and those of usual characters stay there.
 */
export type Starts = {
  /** Three characters of each start, the third 0 in terms of two. */
  chars: Uint16Array;
  /** Node of the terms by sound that a start leads to, and `ENDS` and `GOES_ON`. */
  node: Uint32Array;
  flags: Uint8Array;
  /** Row of each UTF-16 unit, 0 for none, and the rows. */
  rowOf: Uint16Array;
  rows: Uint32Array;
  /**
   * Starts list by list, `RECORD` words each, so that a list is read in one place: first and second character; third,
   * and a bit from 16 on for each that has a second sound; usual sounds less `SOUND`, 10 bits each; number of the start.
   */
  records: Uint32Array;
  /** First record of each list, one more at the end. */
  listStart: Uint32Array;
  /** What terms of two are kept under, and initials. */
  bitmap: Uint32Array;
  anyTwo: boolean;
  /** Whether terms are searched for with every character exchanged. */
  blindTwo: boolean;
  blindThree: boolean;
  /** Whether terms of two are looked for in the shortest texts alone, see `path.ts`. */
  crowdedTwo: boolean;
};

/**
 * Place of a key among 2^32, signed as a small integer of the engine is; its first bits say which list, and which bit
 * of the bitmap.
 */
export function slotOf(kind: number, a: number, b: number): number {
  const h = Math.imul(a + (kind << 16), 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
}

/** What a key of initials is made with: letters folded into one number. */
export const addInitial = (sum: number, letter: number): number => (sum * 31 + letter) & 0xffff;

const BITS_PER_KEY = 12;
const MIN_BITS = 2 ** 12;
const MAX_BITS = 2 ** 24;

/** A growing list of numbers. */
class Numbers {
  values = new Int32Array(1_024);
  length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const { values } = this;
      this.values = new Int32Array(2 * this.length);
      this.values.set(values);
    }
    this.values[this.length++] = value;
  }
}

/** Gathers keys and the starts they lead to. */
class Keys {
  readonly slots = new Numbers();
  readonly starts = new Numbers();
  /** Slots that the bitmap has a bit for. */
  readonly marked = new Numbers();
  readonly rowOf = new Uint16Array(65_536);
  #rows = new Uint32Array(ROW);
  #rowCount = 1;
  readonly #blind: boolean;

  constructor(blind: boolean) {
    this.#blind = blind;
    if (!blind) return;
    const { initial } = sounds();
    for (let sound = 0; sound < initial.length; sound++) this.#rowFor(SOUND + sound);
  }

  get rows(): Uint32Array {
    return this.#rows.slice(0, this.#rowCount * ROW);
  }

  /** A start of three: one of its characters as it is, or by sound, and another by sound. */
  addThree(kind: number, key: number, heard: number, start: number): void {
    const { usual, second } = sounds();
    if (!this.#blind) {
      this.#addRow(kind, key, heard, start);
      return;
    }
    this.#addRow(kind, usual[key] as number, heard, start);
    if (second[key] !== 0) this.#addRow(kind, second[key] as number, heard, start);
  }

  #addRow(kind: number, key: number, heard: number, start: number): void {
    const { usual, second } = sounds();
    for (const sound of [usual[heard] as number, second[heard] as number]) {
      if (sound === 0) continue;
      setBit(this.#rows, (this.#rowFor(key) * ROW + kind * ROW_WORDS) * 32 + sound - SOUND);
      this.#add(slotOf(kind, key, sound), start);
    }
  }

  #rowFor(key: number): number {
    if (this.rowOf[key] === 0) {
      this.rowOf[key] = this.#rowCount++;
      if (this.#rowCount * ROW > this.#rows.length) {
        const rows = this.#rows;
        this.#rows = new Uint32Array(2 * rows.length);
        this.#rows.set(rows);
      }
    }
    return this.rowOf[key] as number;
  }

  #add(slot: number, start: number): void {
    this.slots.add(slot);
    this.starts.add(start);
  }

  addTwo(slot: number, start: number): void {
    this.#add(slot, start);
    this.marked.add(slot);
  }

  addTwoHeard(kind: number, key: number, heard: number, start: number): void {
    const { usual, second } = sounds();
    this.addTwo(slotOf(kind, key, usual[heard] as number), start);
    if (second[heard] !== 0) this.addTwo(slotOf(kind, key, second[heard] as number), start);
  }
}

/**
 * Makes the starts of terms: `plains` are keys as symbols, `heards` the same by sound, `heard` the trie of these,
 * `crowd` how many there are by length.
 */
export function buildStarts(
  plains: readonly string[],
  heards: readonly string[],
  heard: Trie,
  crowd: Uint32Array,
): Starts {
  const { usual } = sounds();
  const starts = new Set<string>();
  for (const plain of plains) {
    const start = plain.slice(0, 3);
    let spoken = true;
    for (let i = 0; i < start.length; i++) if (usual[start.charCodeAt(i)] === 0) spoken = false;
    if (spoken) starts.add(start);
  }
  let two = 0;
  for (const start of starts) if (start.length === 2) two++;
  const blindTwo = two <= MAX_BLIND_TWO;
  const blindThree = starts.size - two <= MAX_BLIND_THREE;
  const chars = new Uint16Array(3 * starts.size);
  const node = new Uint32Array(starts.size);
  const flags = new Uint8Array(starts.size);
  const keys = new Keys(blindThree);
  let id = 0;
  for (const start of starts) {
    const at = nodeOf(heard, start);
    for (let i = 0; i < start.length; i++) chars[3 * id + i] = start.charCodeAt(i);
    node[id] = at;
    const goesOn = (heard.children[at + 1] as number) > (heard.children[at] as number);
    flags[id] = ((heard.group[at] as number) > 0 ? ENDS : 0) | (goesOn ? GOES_ON : 0);
    if (start.length === 2) addTwo(keys, start, id, blindTwo);
    else addThree(keys, start, id, blindThree);
    id++;
  }
  markInitials(keys, heards);
  const { rowOf, rows } = keys;
  const { records, listStart, bitmap } = listsOf(keys, chars);
  const anyTwo = two > 0;
  return {
    chars,
    node,
    flags,
    rowOf,
    rows,
    records,
    listStart,
    bitmap,
    anyTwo,
    blindTwo,
    blindThree,
    crowdedTwo: isCrowded(crowd, 2),
  };
}

function nodeOf(heard: Trie, start: string): number {
  const { usual } = sounds();
  let at = 0;
  for (let i = 0; i < start.length; i++) {
    const sound = usual[start.charCodeAt(i)] as number;
    at = i === 0 ? (heard.first[sound] as number) : childOf(heard, at, sound);
  }
  return at;
}

function addThree(keys: Keys, start: string, id: number, blind: boolean): void {
  const a = start.charCodeAt(0);
  const b = start.charCodeAt(1);
  const c = start.charCodeAt(2);
  if (blind) {
    keys.addThree(KIND.s0s1, a, b, id);
    keys.addThree(KIND.s1s2, b, c, id);
    keys.addThree(KIND.s0s2, a, c, id);
    return;
  }
  keys.addThree(KIND.e0s1, a, b, id);
  keys.addThree(KIND.s0e1, b, a, id);
  keys.addThree(KIND.e1s2, b, c, id);
  keys.addThree(KIND.s1e2, c, b, id);
  keys.addThree(KIND.e0s2, a, c, id);
  keys.addThree(KIND.s0e2, c, a, id);
}

function addTwo(keys: Keys, start: string, id: number, blind: boolean): void {
  const a = start.charCodeAt(0);
  const b = start.charCodeAt(1);
  keys.addTwoHeard(KIND.es, a, b, id);
  keys.addTwoHeard(KIND.se, b, a, id);
  eachClass(b, CLASSES, (two) => keys.addTwo(slotOf(KIND.ec, a, two), id));
  eachClass(a, CLASSES, (one) => keys.addTwo(slotOf(KIND.ce, b, one), id));
  if (!blind) return;
  const { usual, second } = sounds();
  for (const one of [usual[a] as number, second[a] as number])
    if (one !== 0) keys.addTwoHeard(KIND.ss, one, b, id);
  eachClass(a, PAIRED_CLASSES, (one) => {
    keys.addTwoHeard(KIND.cs, one, b, id);
    eachClass(b, PAIRED_CLASSES, (two) => keys.addTwo(slotOf(KIND.cc, one, two), id));
  });
  eachClass(b, PAIRED_CLASSES, (two) => {
    for (const one of [usual[a] as number, second[a] as number])
      if (one !== 0) keys.addTwo(slotOf(KIND.sc, one, two), id);
  });
}

function eachClass(code: number, most: number, each: (one: number) => void): void {
  if (code < FIRST || code > LAST) return;
  const { classes } = characters();
  const from = (code - FIRST) * CLASSES;
  for (let i = 0; i < most && classes[from + i] !== 0; i++) each(classes[from + i] as number);
}

function markInitials({ marked }: Keys, heards: readonly string[]): void {
  const { initial } = sounds();
  for (const heard of heards) {
    if (heard.length < MIN_INITIALS || heard.length > MAX_INITIALS) continue;
    let sum = 0;
    for (let i = 0; i < heard.length; i++) sum = addInitial(sum, initial[heard.charCodeAt(i) - SOUND] ?? 0);
    marked.add(slotOf(KIND.initials, sum, heard.length));
  }
}

/** Sorts starts into lists by counting. */
function listsOf(
  { slots, starts, marked }: Keys,
  chars: Uint16Array,
): Pick<Starts, 'records' | 'listStart' | 'bitmap'> {
  const lists = 2 ** Math.max(4, Math.floor(Math.log2(slots.length + 1)));
  const wanted = 2 ** Math.ceil(Math.log2(marked.length * BITS_PER_KEY + 1));
  const bitmap = new Uint32Array(Math.min(MAX_BITS, Math.max(MIN_BITS, wanted)) / 32);
  const shift = Math.clz32(lists - 1);
  const bitShift = Math.clz32(bitmap.length * 32 - 1);
  const listStart = new Uint32Array(lists + 1);
  const records = new Uint32Array(RECORD * slots.length);
  for (let k = 0; k < marked.length; k++) setBit(bitmap, (marked.values[k] as number) >>> bitShift);
  for (let k = 0; k < slots.length; k++) {
    const list = (slots.values[k] as number) >>> shift;
    listStart[list] = (listStart[list] as number) + 1;
  }
  let end = 0;
  for (let list = 0; list <= lists; list++) {
    end += listStart[list] as number;
    listStart[list] = end;
  }
  for (let k = slots.length - 1; k >= 0; k--) {
    const list = (slots.values[k] as number) >>> shift;
    const at = (listStart[list] as number) - 1;
    listStart[list] = at;
    writeRecord(records, RECORD * at, chars, starts.values[k] as number);
  }
  return { records, listStart, bitmap };
}

function writeRecord(records: Uint32Array, at: number, chars: Uint16Array, start: number): void {
  const { usual, second } = sounds();
  const a = chars[3 * start] as number;
  const b = chars[3 * start + 1] as number;
  const c = chars[3 * start + 2] as number;
  const also = (second[a] ? 1 : 0) | (second[b] ? 2 : 0) | (second[c] ? 4 : 0);
  const heard = (code: number): number => (code === 0 ? 0 : (usual[code] as number) - SOUND);
  records[at] = a | (b << 16);
  records[at + 1] = c | (also << 16);
  records[at + 2] = heard(a) | (heard(b) << 10) | (heard(c) << 20);
  records[at + 3] = start;
}
