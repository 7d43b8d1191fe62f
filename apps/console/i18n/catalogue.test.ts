import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

type Tree = { readonly [key: string]: string | Tree };
const flat = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : flat(value, `${path}${key}.`),
  );
const values = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

describe('the console’s texts', () => {
  const chinese = new Map(flat(zhCN));
  const english = new Map(flat(en));

  it('are the same in both languages, with the same values in them', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of chinese)
      expect([key, values(english.get(key) ?? '')]).toEqual([key, values(text)]);
  });

  it('are all there where a page asks for one', () => {
    const root = join(import.meta.dirname, '..');
    const files = globSync('**/*.{ts,tsx}', { cwd: root, exclude: (path) => /node_modules|dist/.test(path) });
    for (const file of files) {
      for (const [, key] of readFileSync(join(root, file), 'utf8').matchAll(/['"](console\.[\w.]+)['"]/g))
        expect([file, key, chinese.has(key ?? '')]).toEqual([file, key, true]);
    }
  });
});
