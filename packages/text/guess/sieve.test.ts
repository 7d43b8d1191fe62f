import { describe, expect, test } from 'vitest';
import { compile } from '../engine/compile.ts';
import { Hits } from '../matcher/hits.ts';
import { scan } from '../matcher/scan.ts';
import { foldOf } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { ALL_STAGES } from '../stage.ts';
import { pick, seeded, term } from '../testing/terms.ts';
import { APART, BACKWARD, FORWARD, HEARD, Sieve } from './sieve.ts';
import { Surroundings } from './surroundings.ts';

const CHARACTERS = [
  ...'蓝鲸币星河会所银狐筹码青云盘口红桃牌局鹿角粉白鹭烟雪松丸橙海贷竹影返利雀兼职塔播间夜莺套餐',
];
const LATER = 0x9000;
/** Enough starts that three are asked for by the sieve. */
const TERMS = 4_000;

const random = seeded(31);
const draw = (length: number): string => Array.from({ length }, () => pick(random, CHARACTERS)).join('');
const drawn = new Set(Array.from({ length: TERMS }, () => draw(2 + Math.floor(random() * 3))));
// A character written twice is one symbol.
const terms = [...drawn].filter((one) => !/(.)\1/u.test(one));
const compiled = compile({ version: '1', terms: [...terms, 'qzvex', '加v8'].map((one) => term(one)) });
const { near, starts } = compiled;
if (!near || !starts) throw new Error('nothing is guessed at');
const view = new View(foldOf(ALL_STAGES), true);
const sieve = new Sieve(near, starts);
const around = new Surroundings();

/** What a text is listed for, as `place:what`. */
function listed(text: string): string[] {
  sieve.read(view.read(text), around);
  return Array.from({ length: sieve.length }, (_, k) => `${sieve.place[k]}:${sieve.what[k]}`);
}

describe('the sieve', () => {
  test('lists every pair that a term begins with, forwards and backwards', () => {
    for (const one of terms) {
      expect(listed(`大${one}大`), one).toContain(`1:${FORWARD}`);
      const back = [...one].reverse().join('');
      expect(listed(`大${back}大`), back).toContain(`${one.length - 1}:${BACKWARD}`);
    }
  });

  test('lists three of which the first and third are as a term has them, and three that sound like one', () => {
    let bound = 0;
    for (const one of terms.filter(({ length }) => length > 2)) {
      expect(listed(`${one[0]}大${one[2]}`), one).toContain(`0:${APART}`);
      const found = listed(one);
      if (around.isAnyUnbound(0)) expect(found, one).toContain(`0:${HEARD}`);
      else {
        bound++;
        expect(found, one).not.toContain(`0:${HEARD}`);
      }
    }
    // All three belong where they stand: nobody put them there for others.
    expect(bound).toBeGreaterThan(0);
    // 兰精必 sounds like 蓝鲸币.
    const heard = compile({ version: '1', terms: [...terms, '蓝鲸币'].map((one) => term(one)) });
    const other = new Sieve(heard.near as typeof near, heard.starts as typeof starts);
    other.read(view.read('兰精必'), new Surroundings());
    expect(other.what.subarray(0, other.length)).toContain(HEARD);
  });

  test("lists next to nothing where no two characters are a term's", () => {
    let places = 0;
    const TEXTS = 500;
    for (let k = 0; k < TEXTS; k++)
      places += listed(
        Array.from({ length: 15 }, () => String.fromCharCode(LATER + Math.floor(random() * 0x400))).join(''),
      ).filter((one) => !one.endsWith(`:${HEARD}`)).length;
    expect(places / TEXTS).toBeLessThan(0.3);
  });

  test.each([1, -1] as const)('finds what a scan of the whole text finds, step %i', (step) => {
    const plainly = new Hits();
    const bySieve = new Hits();
    const mix = ['蓝', '加', 'v', '8', 'q', ...CHARACTERS];
    let found = 0;
    for (let k = 0; k < 3_000; k++) {
      const text = Array.from({ length: 12 }, () =>
        random() < 0.2 ? pick(random, terms) : random() < 0.1 ? '加v8' : pick(random, mix),
      ).join('');
      sieve.read(view.read(text), new Surroundings());
      plainly.clear();
      bySieve.clear();
      scan(compiled.plain, view, plainly, step, 1_000);
      sieve.follow(compiled.plain, view, bySieve, step, 1_000);
      const sorted = ({ data, length }: Hits): string[] =>
        Array.from({ length }, (_, h) => data.subarray(3 * h, 3 * h + 3).join()).sort();
      expect(sorted(bySieve)).toEqual(sorted(plainly));
      found += plainly.length;
    }
    expect(found).toBeGreaterThan(1_000);
  });

  test('lists symbols without a sound, and the first of such as make up another', () => {
    sieve.read(view.read('大a弓虽大'), new Surroundings());
    expect([...sieve.odd.subarray(0, sieve.oddLength)]).toEqual([1, 2]);
  });
});
