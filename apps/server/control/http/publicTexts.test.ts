import { expect, test } from 'vitest';
import { TEXT_ROUTES } from '../../lexicon/thresholds.ts';
import { PUBLIC_TEXTS } from './publicTexts.ts';
import { ROUTES } from './server.ts';

type Schema = {
  type?: string;
  const?: unknown;
  enum?: unknown;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  anyOf?: Schema[];
  allOf?: Schema[];
};

/** Members of a schema that may hold any text; a list of items counts as its items. */
function texts(schema: Schema, at = ''): string[] {
  const { type, items, properties = {}, patternProperties = {}, anyOf = [], allOf = [] } = schema;
  if (type === 'string')
    return schema.const === undefined && schema.enum === undefined && schema.format === undefined ? [at] : [];
  return [
    ...[...anyOf, ...allOf].flatMap((one) => texts(one, at)),
    ...(items ? texts(items, at === 'items' ? '' : `${at}[]`) : []),
    ...Object.entries(properties).flatMap(([name, one]) => texts(one, at ? `${at}.${name}` : name)),
    ...Object.values(patternProperties).flatMap((one) => texts(one, `${at}.*`)),
  ];
}

test('every text that anybody may have has passed the screen where it stands, or says why not', () => {
  const open = ROUTES.filter(({ permission }) => permission === 'anyone');
  const found = new Set(open.flatMap(({ answer }) => texts(answer as Schema)));
  expect([...found].filter((member) => !(member in PUBLIC_TEXTS))).toEqual([]);
  expect(Object.keys(PUBLIC_TEXTS).filter((member) => !found.has(member))).toEqual([]);
  for (const one of Object.values(PUBLIC_TEXTS))
    if ('screened' in one) expect(TEXT_ROUTES).toContain(one.screened);
});
