import { en as lookEn } from '@weir/look/i18n/en.ts';
import { catalogueFaults, sourceFaults } from '@weir/look/i18n/faults.ts';
import { zhCN as lookZh } from '@weir/look/i18n/zh-CN.ts';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

const site = new URL('..', import.meta.url).pathname;

test('both languages of the site have the same texts with the same values', () => {
  expect(catalogueFaults(zhCN, en)).toEqual([]);
});

test('the site hides no shared text behind one of its own', () => {
  expect(Object.keys(zhCN).filter((name) => name in lookZh)).toEqual([]);
  expect(Object.keys(en).filter((name) => name in lookEn)).toEqual([]);
});

test('every text that a page asks for exists, no page holds words, no colour stands outside tokens', () => {
  expect(sourceFaults([site], { ...lookZh, ...zhCN })).toEqual([]);
});
