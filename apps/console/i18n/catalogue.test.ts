import { readdirSync } from 'node:fs';
import { catalogueFaults, sourceFaults } from '@weir/look/i18n/faults.ts';
import { zhCN as shared } from '@weir/look/i18n/zh-CN.ts';
import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

const filesOf = (language: string): string[] =>
  readdirSync(new URL(`./${language}/`, import.meta.url)).sort();

test('both languages have the same texts with the same values', () => {
  expect(catalogueFaults(zhCN, en)).toEqual([]);
});

describe('a page’s file of texts', () => {
  test('is there in both languages', () => {
    expect(filesOf('en')).toEqual(filesOf('zh-CN'));
  });

  test.each(filesOf('zh-CN'))('mirrors the other one, and is part of the catalogue: %s', async (file) => {
    const [zh, other] = await Promise.all([
      import(/* @vite-ignore */ `./zh-CN/${file}`),
      import(/* @vite-ignore */ `./en/${file}`),
    ]);
    expect(Object.keys(zh)).toEqual([file.replace('.ts', '')]);
    const [texts, english] = [Object.values(zh)[0], Object.values(other)[0]] as [
      Record<string, string>,
      Record<string, string>,
    ];
    expect(catalogueFaults(texts, english)).toEqual([]);
    for (const [key, value] of Object.entries(texts))
      expect((zhCN.console as Record<string, unknown>)[key], key).toBe(value);
  });
});

test('every text that the console asks for exists, no component holds words, no colour stands outside tokens', () => {
  expect(sourceFaults([new URL('..', import.meta.url).pathname], { ...shared, ...zhCN })).toEqual([]);
});
