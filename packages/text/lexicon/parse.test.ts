import { describe, expect, test } from 'vitest';
import { term } from '../testing/terms.ts';
import { writeCsv } from './csv.ts';
import { diffLexicons } from './diff.ts';
import { parseLexicon } from './parse.ts';

describe('a lexicon', () => {
  test('is read from CSV with quotes, any line ends, a byte order mark and missing columns', () => {
    const { terms } = parseLexicon(
      '\ufeffterm,kind,severity,context\r\n"a,""b""",,3,x|y\r\n\r\n云雀,allow\n',
    );
    expect(terms).toMatchObject([
      { term: 'a,"b"', kind: 'deny', severity: 3, context: ['x', 'y'] },
      { term: '云雀', kind: 'allow', severity: 2, context: [] },
    ]);
  });

  test('is read from JSON', () => {
    expect(
      parseLexicon('{"version":"7","terms":[{"term":"x","stages":["case"],"from":"2026-01-01"}]}'),
    ).toMatchObject({
      version: '7',
      terms: [{ term: 'x', stages: 2, from: Date.parse('2026-01-01') }],
    });
  });

  test.each([
    'term,kind,severity\na,,1\na,allow,\nb,,1\na,deny,3\n',
    '[{"term":"a","severity":1},{"term":"a","kind":"allow"},{"term":"b","severity":1},{"term":"a","severity":3}]',
  ])('has of a term that stands there twice the last entry alone: %j', (text) => {
    expect(parseLexicon(text).terms.map(({ term, kind, severity }) => `${kind} ${term} ${severity}`)).toEqual(
      ['deny a 3', 'allow a 2', 'deny b 1'],
    );
  });

  test('comes back the same from CSV', () => {
    const terms = [
      term(' "x",\n', { context: ['a', 'b'], stages: 3, from: 0, to: 1_000 }),
      term('y', { kind: 'allow', severity: 3, source: 'desk', stages: 0 }),
    ].map((one) => ({ ...one, term: one.term.trim() }));
    expect(parseLexicon(writeCsv({ version: '', terms })).terms).toEqual(terms);
  });

  test.each([
    ['', 'it is empty'],
    ['kind\ndeny', '1: the column term is missing'],
    ['term,color\nx,red', '1: there is no column "color"'],
    ['term,kind\nx,denied', '2: kind is deny or allow'],
    ['term,severity\nx,1\ny,4', '3: severity is 1, 2 or 3'],
    ['term,stages\nx,sound', '2: There is no stage "sound"'],
    ['term\n"x', '2: a quote is not closed'],
    ['term\nx,y', '2: 2 fields'],
    ['term,from,to\nx,2026-02-01,2026-01-01', '2: to is not after from'],
    ['term,from\nx,soon', '2: from is a time'],
    ['term,from\nx,01/02/2026', '2: from is a time'],
    ['term,to\nx,v 1', '2: to is a time'],
    ['term,to\nx,2026-02-30', '2: to is a time'],
    ['[{"term":""}]', '1: term is empty'],
    ['[1', 'no JSON'],
    [`term\n${'x'.repeat(129)}`, '2: term is longer than 128'],
  ])('%j is refused', (text, why) => {
    expect(() => parseLexicon(text)).toThrow(why);
  });

  test('differs from another by term and kind', () => {
    const before = [term('a'), term('b'), term('c')];
    const after = [term('a'), term('b', { severity: 3 }), term('d')];
    expect(diffLexicons(before, after)).toMatchObject({
      added: [{ term: 'd' }],
      removed: [{ term: 'c' }],
      changed: [{ before: { severity: 2 }, after: { severity: 3 } }],
    });
  });
});
