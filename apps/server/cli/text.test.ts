import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let dir: string;
let lexicon: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-text-'));
  lexicon = join(dir, 'lexicon.csv');
  writeFileSync(lexicon, 'term,kind,category\n蓝鲸币,,game\n上台,,test\n台北,allow,\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

function weir(args: string[], input = ''): { status: number | null; lines: unknown[]; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'text', ...args], {
    input,
    encoding: 'utf8',
  });
  return {
    status,
    lines:
      status === 0 && stdout !== ''
        ? stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    stderr,
  };
}

describe('weir text check', () => {
  test('answers each line, an empty one too, with verdict and hits in UTF-16 units', () => {
    expect(weir(['check', '--lexicon', lexicon], '🎲蓝 鲸币\n\n一起上台北\n').lines).toEqual([
      {
        text: '🎲蓝 鲸币',
        verdict: 'refuse',
        hits: [{ term: '蓝鲸币', category: 'game', start: 2, end: 6, stages: ['filler'] }],
      },
      { text: '', verdict: 'pass', hits: [] },
      { text: '一起上台北', verdict: 'pass', hits: [] },
    ]);
  });

  test('takes JSONL, and no stage where told so', () => {
    const input = `${JSON.stringify({ text: '蓝 鲸币' })}\n${JSON.stringify({ text: '蓝鲸币\n' })}\n`;
    expect(weir(['check', '--lexicon', lexicon, '--stages', 'none'], input).lines).toMatchObject([
      { hits: [] },
      { text: '蓝鲸币\n', hits: [{ stages: [] }] },
    ]);
  });

  test('a stage that is not there is wrong use; a lexicon with an error is refused with its line', () => {
    expect(weir(['check', '--lexicon', lexicon, '--stages', 'smell'])).toMatchObject({ status: 2 });
    writeFileSync(join(dir, 'bad.csv'), 'term,severity\nx,9\n');
    const refused = weir(['check', '--lexicon', join(dir, 'bad.csv')]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('bad.csv:2: severity is 1, 2 or 3');
    expect(weir(['check']).status).toBe(2);
  });
});

test('weir text build says terms, bytes and time', () => {
  expect(weir(['build', '--lexicon', lexicon, '--json']).lines).toMatchObject([
    { terms: 3, bytes: expect.any(Number), ms: expect.any(Number) },
  ]);
});
