import { describe, expect, test } from 'vitest';
import { BIT } from '../stage.ts';
import { CONTACTS } from '../testing/contacts.ts';
import { CHINESE, LATIN } from '../testing/evasions.ts';
import { engineOf, INVENTED, pick, seeded } from '../testing/terms.ts';
import { isMeant, type Joined, join, reachOf } from './joined.ts';
import { Seam } from './seam.ts';

const WORDS = '今天 天气 真好 你们 在 哪里 666 主播 女子 日月 点 ok 加油 ， ！ 我 木 什么 时候 15 abc'.split(
  ' ',
);
const LATIN_TERMS = ['jinyun casino', 'bluewhale', 'c4sh'];

type Random = () => number;

/** Cuts a text into messages at random, with other words before, between and behind. */
function pieces(text: string, random: Random): Joined {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * 5);
    parts.push(text.slice(at, at + length));
    at += length;
  }
  if (random() < 0.5) parts[0] = pick(random, WORDS) + parts[0];
  if (random() < 0.5) parts.push(parts.pop() + pick(random, WORDS));
  if (random() < 0.5) parts.unshift(pick(random, WORDS) + pick(random, WORDS));
  if (random() < 0.2) parts.splice(1, 0, '👍');
  const said = parts.slice(-7);
  return join(said.map((part, i) => ({ person: 'p', id: `m${i}`, at: i, text: part, offset: 0 })));
}

describe('what a quick look at the seam says no to', () => {
  const engine = engineOf([...INVENTED, ...LATIN_TERMS, '三点水']);
  const seam = new Seam(engine.compiled);
  const ways = { ...CHINESE, ...LATIN };

  test('holds nothing in full either, in whatever disguise', () => {
    const random = seeded(11);
    let counted = 0;
    const tried = new Set<string>();
    const all: string[] = [];
    for (let k = 0; k < 2_500; k++) {
      const way = pick(random, Object.keys(ways));
      const term = pick(random, way in LATIN ? LATIN_TERMS : INVENTED);
      all.push(ways[way]?.(term, random) ?? term);
    }
    for (const make of Object.values(CONTACTS)) for (let k = 0; k < 30; k++) all.push(make(random).written);
    for (const text of all) {
      const joined = pieces(text, random);
      if (joined.pieces.length < 2) continue;
      const may = seam.crosses(joined) || seam.fills(joined);
      for (const hit of engine.check(joined.text, 0, BIT.across).hits) {
        const reach = reachOf(joined, hit);
        if (!reach || !(reach.whole || isMeant(joined.text, hit))) continue;
        counted++;
        tried.add(hit.stages.join('|'));
        expect(
          may,
          `${joined.pieces.map((piece) => piece.text).join(' / ')} has ${hit.term} by ${hit.stages}`,
        ).toBe(true);
        break;
      }
    }
    expect(counted).toBeGreaterThan(700);
    expect(tried.size).toBeGreaterThan(15);
  });

  test('is nearly all talk: few messages are looked at in full', () => {
    const random = seeded(12);
    let yes = 0;
    for (let k = 0; k < 2_000; k++) {
      const said = Array.from({ length: 4 }, (_, i) => ({
        person: 'p',
        id: `m${i}`,
        at: i,
        text: Array.from({ length: 5 }, () => pick(random, WORDS)).join(''),
        offset: 0,
      }));
      const joined = join(said);
      if (seam.crosses(joined) || seam.fills(joined)) yes++;
    }
    expect(yes).toBeLessThan(400);
  });
});
