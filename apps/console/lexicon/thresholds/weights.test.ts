import { describe, expect, test } from 'vitest';
import { inherited, routesOf, type Taxonomy, withField, writtenOf } from './weights.ts';

const taxonomy: Taxonomy = [
  { code: 'fraud', zh: '诈骗', en: 'Fraud', threshold: { hold: 0.25, refuse: 1.5 } },
];
const routes = { message: { fraud: { hold: 1, refuse: 2 } } };

describe('a form of thresholds', () => {
  test('gives back what it was made of', () => {
    expect(routesOf(writtenOf(routes), routes, taxonomy, ['fraud'])).toEqual({ routes, wrong: [] });
  });

  test('keeps what is said of places that it does not show', () => {
    const all = { ...routes, post: { fraud: { hold: 1, refuse: 3 } } };
    expect(routesOf(writtenOf(all), all, taxonomy, ['fraud']).routes).toEqual(all);
  });

  test('leaves out what was emptied, and fills in the other of a pair from what holds otherwise', () => {
    let written = writtenOf(routes);
    written = withField(written, 'message', 'fraud', 'hold', '');
    written = withField(written, 'message', 'fraud', 'refuse', '');
    written = withField(written, 'title', 'fraud', 'refuse', '1');
    expect(routesOf(written, {}, taxonomy, ['fraud']).routes).toEqual({
      title: { fraud: { hold: 0.25, refuse: 1 } },
    });
  });

  test('names what is no number, out of bounds, or refused before it is held', () => {
    for (const [hold, refuse] of [
      ['x', '1'],
      ['-1', '1'],
      ['1', '11'],
      ['2', '1'],
    ] as const) {
      let written = withField({}, 'title', 'fraud', 'hold', hold);
      written = withField(written, 'title', 'fraud', 'refuse', refuse);
      expect(routesOf(written, {}, taxonomy, ['fraud'])).toEqual({ routes: {}, wrong: ['title fraud'] });
    }
  });

  test('a route without a word of its own has what messages have, these what the taxonomy says', () => {
    expect(inherited(routes, taxonomy, 'nickname', 'fraud')).toEqual({ hold: 1, refuse: 2 });
    expect(inherited(routes, taxonomy, 'message', 'fraud')).toEqual({ hold: 0.25, refuse: 1.5 });
  });
});
