import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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

  test('explains what stands in the text for each hit, and which hits allow terms overruled', () => {
    expect(weir(['check', '--lexicon', lexicon, '--explain'], '蓝 鲸币一起上台北\n').lines).toEqual([
      {
        text: '蓝 鲸币一起上台北',
        verdict: 'refuse',
        hits: [
          {
            term: '蓝鲸币',
            category: 'game',
            start: 0,
            end: 4,
            stages: ['filler'],
            severity: 2,
            written: '蓝 鲸币',
          },
        ],
        whole: true,
        overruled: [
          {
            term: '台北',
            start: 7,
            end: 9,
            overrules: {
              term: '上台',
              category: 'test',
              start: 6,
              end: 8,
              stages: [],
              severity: 2,
              written: '上台',
            },
          },
        ],
      },
    ]);
  });

  test('takes JSONL, and no stage where told so', () => {
    const input = `${JSON.stringify({ text: '蓝 鲸币' })}\n${JSON.stringify({ text: '蓝鲸币\n' })}\n`;
    expect(weir(['check', '--lexicon', lexicon, '--stages', 'none'], input).lines).toMatchObject([
      { hits: [] },
      { text: '蓝鲸币\n', hits: [{ stages: [] }] },
    ]);
  });

  test('ends lines as files do, not where JSON holds another separator; a byte order mark is none of the text', () => {
    const input = `\ufeff${JSON.stringify({ text: '蓝鲸币\u2028b' })}\r\n${JSON.stringify({ text: 'c\rd' })}`;
    expect(weir(['check', '--lexicon', lexicon], input).lines).toMatchObject([
      { text: '蓝鲸币\u2028b', hits: [{ start: 0, end: 3 }] },
      { text: 'c\rd', hits: [] },
    ]);
    expect(weir(['check', '--lexicon', lexicon], '\ufeffa\rb\u2029c\r\n').lines).toEqual([
      { text: 'a\rb\u2029c', verdict: 'pass', hits: [] },
    ]);
  });

  test('a lexicon that is not UTF-8 is refused: its terms would find nothing', () => {
    writeFileSync(join(dir, 'latin1.csv'), Buffer.from('term\ncaf\xe9\n', 'latin1'));
    const refused = weir(['check', '--lexicon', join(dir, 'latin1.csv')], 'café\n');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('latin1.csv: it is not UTF-8');
  });

  test('ends quietly, and not as done, when whoever read its answers leaves', async () => {
    const child = spawn(process.execPath, [main, 'text', 'check', '--lexicon', lexicon]);
    let stderr = '';
    child.stderr.on('data', (more) => {
      stderr += more;
    });
    child.stdin.on('error', () => {});
    child.stdin.write('a line\n'.repeat(100_000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([141, null]);
    expect(stderr).toBe('');
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
