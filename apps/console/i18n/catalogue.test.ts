import { catalogueFaults, sourceFaults } from '@weir/look/i18n/faults.ts';
import { zhCN as shared } from '@weir/look/i18n/zh-CN.ts';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

test('both languages have the same texts with the same values', () => {
  expect(catalogueFaults(zhCN, en)).toEqual([]);
});

test('every text that the console asks for exists, no component holds words, no colour stands outside tokens', () => {
  expect(sourceFaults([new URL('..', import.meta.url).pathname], { ...shared, ...zhCN })).toEqual([]);
});
