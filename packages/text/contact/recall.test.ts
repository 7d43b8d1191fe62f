import { expect, test } from 'vitest';
import { CONTACTS } from '../testing/contacts.ts';
import { engineOf, pick, seeded } from '../testing/terms.ts';
import { CONTACT_CATEGORY } from './kind.ts';

const VARIANTS = 200;
const RECALL = 0.98;
const BEFORE = ['', '找我 ', '来吧，', '看这里：'];
const AFTER = ['', ' 快来', '，有礼'];

const engine = engineOf(['蓝鲸币']);

test.each(Object.entries(CONTACTS))(
  '%s is found where it stands, listed nowhere, and held',
  (_, disguise) => {
    const random = seeded(31);
    const missed: string[] = [];
    for (let k = 0; k < VARIANTS; k++) {
      const { written, plain } = disguise(random);
      const before = pick(random, BEFORE);
      const text = `${before}${written}${pick(random, AFTER)}`;
      const { verdict, hits } = engine.check(text);
      const found = hits.find((hit) => hit.term === plain);
      if (
        verdict !== 'hold' ||
        found?.category !== CONTACT_CATEGORY ||
        found.start !== before.length ||
        found.end !== before.length + written.length
      )
        missed.push(`${text} → ${hits.map((hit) => `${hit.term} ${hit.start} ${hit.end}`)}`);
    }
    expect(1 - missed.length / VARIANTS, missed.join('\n')).toBeGreaterThanOrEqual(RECALL);
  },
);
