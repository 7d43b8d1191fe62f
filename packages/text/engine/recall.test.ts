import { describe, expect, test } from 'vitest';
import { CHINESE, CONTACT, LATIN } from '../testing/evasions.ts';
import { engineOf, INVENTED, pick, seeded } from '../testing/terms.ts';

const WORDS = ['walrex', 'bonasto', 'glotepa', 'zesangabo', 'setonag'];
const NUMBERS = ['13700137019', '884613579', 'qzvex.com', 'plimbo.net'];
const AROUND = ['', '这里有', '大家好，', '今天', '看看', '来了'];
const VARIANTS = 160;
const RECALL = 0.98;

const groups = [
  { of: 'Chinese terms', terms: INVENTED, classes: CHINESE },
  { of: 'words in letters', terms: WORDS, classes: LATIN },
  { of: 'numbers and addresses', terms: NUMBERS, classes: CONTACT },
] as const;

describe.each(groups)('$of in disguise', ({ terms, classes }) => {
  const engine = engineOf([...terms]);

  test.each(Object.entries(classes))('are found by %s, where they stand', (name, evade) => {
    const random = seeded(20);
    let tried = 0;
    const missed: string[] = [];
    for (let k = 0; k < VARIANTS; k++) {
      const term = pick(random, terms);
      const variant = evade(term, random);
      if (variant === undefined || variant === term) continue;
      const before = name === 'column' ? '' : pick(random, AROUND);
      const text = `${before}${variant}${name === 'column' ? '' : pick(random, AROUND)}`;
      tried++;
      const { hits } = engine.check(text);
      // What stands below a column's last character belongs to no hit.
      const end = name === 'column' ? variant.lastIndexOf(term.at(-1) as string) + 1 : variant.length;
      const exact = hits.some(
        (hit) => hit.term === term && hit.start === before.length && hit.end === before.length + end,
      );
      if (!exact) missed.push(`${term}: ${text} → ${hits.map((hit) => text.slice(hit.start, hit.end))}`);
    }
    expect(tried).toBeGreaterThan(20);
    expect(
      missed.slice(0, Math.floor(tried * (1 - RECALL)) + 1).length / tried,
      missed.join('\n'),
    ).toBeLessThanOrEqual(1 - RECALL);
  });
});
