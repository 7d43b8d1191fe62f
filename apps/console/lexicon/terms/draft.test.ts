import { expect, test } from 'vitest';
import type { Entry } from '../entry.ts';
import { bodyOf, countsOf, dropChange, keepDraft, NO_DRAFT, putChange, readDraft } from './draft.ts';

const entry = (term: string, over: Partial<Entry> = {}): Entry => ({
  term,
  kind: 'deny',
  category: 'other',
  severity: 2,
  stages: [],
  context: [],
  source: '',
  from: null,
  to: null,
  ...over,
});

test('a draft adds, changes and removes, each entry once', () => {
  const old = entry('云雀');
  let draft = putChange(NO_DRAFT, { op: 'add', entry: entry('蓝鲸') });
  draft = putChange(draft, { op: 'change', before: old, entry: { ...old, severity: 3 } });
  draft = putChange(draft, { op: 'change', before: { ...old, severity: 3 }, entry: { ...old, severity: 1 } });
  draft = putChange(draft, { op: 'remove', entry: entry('白鹭') });
  expect(countsOf(draft)).toEqual({ add: 1, change: 1, remove: 1 });
  expect(bodyOf(draft, '备注')).toEqual({
    add: [entry('蓝鲸'), entry('云雀', { severity: 1 })],
    remove: [{ term: '白鹭', kind: 'deny' }],
    note: '备注',
  });
});

test('what comes to nothing is no change', () => {
  const old = entry('云雀');
  let draft = putChange(NO_DRAFT, { op: 'add', entry: entry('蓝鲸') });
  draft = putChange(draft, { op: 'change', before: entry('蓝鲸'), entry: entry('蓝鲸', { severity: 3 }) });
  expect([...draft.values()]).toEqual([{ op: 'add', entry: entry('蓝鲸', { severity: 3 }) }]);
  draft = putChange(draft, { op: 'remove', entry: entry('蓝鲸') });
  draft = putChange(draft, { op: 'change', before: old, entry: { ...old, severity: 3 } });
  draft = putChange(draft, { op: 'change', before: { ...old, severity: 3 }, entry: old });
  expect(draft.size).toBe(0);
});

test('a term that is written differently, or becomes an allow term, leaves no old one behind', () => {
  const old = entry('云雀');
  const draft = putChange(NO_DRAFT, { op: 'change', before: old, entry: { ...old, kind: 'allow' } });
  expect(bodyOf(draft, '')).toMatchObject({
    add: [{ kind: 'allow' }],
    remove: [{ term: '云雀', kind: 'deny' }],
  });
  expect(dropChange(draft, 'deny 云雀').size).toBe(0);
});

test('a draft outlives a reload, and rubbish in the store is none', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const draft = putChange(NO_DRAFT, { op: 'add', entry: entry('蓝鲸') });
  keepDraft(draft, store);
  expect(readDraft(store)).toEqual(draft);
  kept.set('weir.lexicon.draft', '{');
  expect(readDraft(store).size).toBe(0);
});
