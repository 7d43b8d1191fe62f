import { characters } from '../data/characters.ts';
import { addTo, type Filter, filterFor, filterShift, hashOfPair, mayHave } from '../matcher/filter.ts';

/** Bits of the filter for each pair: most neighbours that are asked about make up nothing. */
const BITS_PER_PAIR = 16;

/** What two neighbours make up with a third one: the thirds in order, and what each of them completes. */
type Thirds = { third: string; wholes: string[] };

const NO_THIRDS: Thirds = { third: '', wholes: [] };

/** Characters taken apart, by the first two of their two or three parts. */
export class Parts {
  /** Of the first two parts, by `hashOfPair`. */
  readonly filter: Filter;
  readonly #shift: number;
  /** Pairs at the place of their hash or behind it, and 1 + the number of each; 0 where there is none. */
  readonly #pair: Uint32Array;
  readonly #number: Uint16Array;
  readonly #mask: number;
  /** By number: what two make up, and what they begin. */
  readonly #wholes: string[] = [];
  readonly #thirds: Thirds[] = [];

  /** `splits`: two or three parts to those they may make up. */
  constructor(splits: ReadonlyMap<string, string>) {
    this.filter = filterFor(splits.size, BITS_PER_PAIR);
    this.#shift = filterShift(this.filter);
    const places = 2 ** Math.ceil(Math.log2(2 * splits.size + 1));
    this.#pair = new Uint32Array(places);
    this.#number = new Uint16Array(places);
    this.#mask = places - 1;
    for (const [parts, wholes] of splits) {
      const number = this.#add(parts.charCodeAt(0), parts.charCodeAt(1));
      if (parts.length === 2) this.#wholes[number] = wholes;
      else {
        if (this.#thirds[number] === NO_THIRDS) this.#thirds[number] = { third: '', wholes: [] };
        const { third, wholes: of } = this.#thirds[number] as Thirds;
        (this.#thirds[number] as Thirds).third = third + parts.charAt(2);
        of.push(wholes);
      }
    }
  }

  /** Whether two neighbours, or they and a third one (0 for none), make up a character. */
  has(a: number, b: number, c: number): boolean {
    const number = this.#numberOf(a, b);
    if (number < 0) return false;
    return this.#wholes[number] !== '' || (c !== 0 && thirdAt(this.#thirds[number] as Thirds, c) >= 0);
  }

  /** What two neighbours make up; empty for nothing. */
  ofTwo(a: number, b: number): string {
    const number = this.#numberOf(a, b);
    return number < 0 ? '' : (this.#wholes[number] as string);
  }

  /** What three neighbours make up; empty for nothing. */
  ofThree(a: number, b: number, c: number): string {
    const number = this.#numberOf(a, b);
    if (number < 0) return '';
    const { wholes } = this.#thirds[number] as Thirds;
    return wholes[thirdAt(this.#thirds[number] as Thirds, c)] ?? '';
  }

  #numberOf(a: number, b: number): number {
    const hash = hashOfPair(a, b);
    if (!mayHave(this.filter, this.#shift, hash)) return -1;
    return (this.#number[this.#placeOf(a, b, hash)] as number) - 1;
  }

  #add(a: number, b: number): number {
    const hash = hashOfPair(a, b);
    const at = this.#placeOf(a, b, hash);
    if (this.#number[at] === 0) {
      addTo(this.filter, hash);
      this.#pair[at] = ((a << 16) | b) >>> 0;
      this.#thirds.push(NO_THIRDS);
      this.#number[at] = this.#wholes.push('');
    }
    return (this.#number[at] as number) - 1;
  }

  /** Where a pair is, or would be. */
  #placeOf(a: number, b: number, hash: number): number {
    const pair = ((a << 16) | b) >>> 0;
    let at = hash & this.#mask;
    while (this.#pair[at] !== 0 && this.#pair[at] !== pair) at = (at + 1) & this.#mask;
    return at;
  }
}

const thirdAt = ({ third }: Thirds, c: number): number => {
  for (let k = 0; k < third.length; k++) if (third.charCodeAt(k) === c) return k;
  return -1;
};

let made: Parts | undefined;

/** The parts of all characters that are known to be taken apart; made on first use. */
export function parts(): Parts {
  made ??= new Parts(characters().splits);
  return made;
}
