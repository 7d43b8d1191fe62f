import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROBLEMS } from '@weir/kit/problem.ts';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { catalogueFaults, keysOf, sourceFaults } from './faults.ts';
import { zhCN } from './zh-CN.ts';

const look = new URL('..', import.meta.url).pathname;

test('both languages have the same texts with the same values', () => {
  expect(catalogueFaults(zhCN, en)).toEqual([]);
});

test('every text that a component asks for exists, no component holds words, no colour stands outside tokens', () => {
  expect(sourceFaults([look], zhCN)).toEqual([]);
});

test('every code that a server may send has words', () => {
  const keys = keysOf(zhCN);
  const codes = [...Object.keys(PROBLEMS), 'network', 'timeout', 'unreadable', 'page'];
  expect(codes.filter((code) => !keys.has(`error.${code}`))).toEqual([]);
});

test('the check finds what it is for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-look-'));
  try {
    writeFileSync(
      join(folder, 'Bad.tsx'),
      `export const Bad = () => <p title="Hello" style={{ color: '#1a2b3c' }}>你好 {t('no.such')} {t(\`gate.\${x}.nothing\`)}</p>;`,
    );
    const faults = sourceFaults([folder], zhCN).join('\n');
    for (const part of ['words in JSX: 你好', 'words in title', 'no.such', 'nothing', '#1a2b3c'])
      expect(faults).toContain(part);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(catalogueFaults({ a: 'x {{n}}' }, { a: 'y', b: 'z' })).toEqual([
    'a takes different values',
    'zh-CN lacks b',
  ]);
});
