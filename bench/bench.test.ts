import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Row } from './row.ts';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));
const exec = promisify(execFile);

/** What a bench printed, line by line, each of which is JSON or the test fails. */
async function bench(...args: string[]): Promise<unknown[]> {
  const { stdout } = await exec(process.execPath, ['--disable-warning=ExperimentalWarning', RUN, ...args]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Those that need a browser or start the service from a fresh clone are in the long run. */
const LONG = ['page', 'start'];
const SHORT = ['backup', 'cutoff', 'danmaku', 'fanout', 'ingest', 'ledger', 'text'];

describe('benches', () => {
  let listed: Map<string, string[]>;
  beforeAll(async () => {
    const list = (await bench('list')) as { bench: string; metrics: string[] }[];
    listed = new Map(list.map((one) => [one.bench, one.metrics]));
  });

  it('are all listed with their metrics', () => {
    expect([...listed.keys()].sort()).toEqual(expect.arrayContaining([...SHORT, ...LONG].sort()));
    for (const metrics of listed.values()) expect(metrics.length).toBeGreaterThan(0);
  });

  it.each(process.env['WEIR_TEST_FULL'] ? [...SHORT, ...LONG] : SHORT)(
    '%s runs small, and prints well-formed rows of what it lists and nothing else',
    async (name) => {
      const rows = (await bench(name, '--seconds', '1', '--peers', 'none', '--small')) as Row[];
      for (const row of rows) {
        expect(Object.keys(row)).toEqual([
          ...['bench', 'metric', 'value', 'unit', 'peer', 'peer_value', 'ratio'],
        ]);
        expect(row.bench).toBe(name);
        expect(row.value, `${name} ${row.metric}`).toEqual(expect.any(Number));
      }
      const missing = (listed.get(name) ?? []).filter((m) => !rows.some(({ metric }) => metric === m));
      // The first start is that of a fresh clone, which a small run does not make.
      expect(missing).toEqual(name === 'start' ? ['first'] : []);
      expect(rows.filter(({ metric }) => !listed.get(name)?.includes(metric))).toEqual([]);
    },
    180_000,
  );

  it('refuse wrong use with status 2 and print nothing on stdout', async () => {
    await expect(bench('nothing')).rejects.toMatchObject({ code: 2, stdout: '' });
    await expect(bench('fanout', '--seconds', '0')).rejects.toMatchObject({ code: 2, stdout: '' });
    await expect(bench('fanout', '--store', 'x')).rejects.toMatchObject({ code: 2, stdout: '' });
    await expect(bench('ledger', '--messages', 'many')).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  it('of the ledger keep a store of sealed days where they are told to, and read it again, but no other', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'weir-bench-test-'));
    const run = async (messages: string): Promise<string[]> => {
      const args = ['--small', '--peers', 'none', '--store', join(dir, 'days'), '--messages', messages];
      return ((await bench('ledger', ...args)) as Row[]).map(({ metric }) => metric);
    };
    const figures = ['open_sealed', 'sealed_size', 'person_hour', 'room_text', 'person_days', 'verify'];
    expect(await run('1000')).toEqual(['seal', ...figures]);
    expect(await run('1000')).toEqual(figures);
    await expect(run('2000')).rejects.toThrow(/holds another store/);
    rmSync(dir, { recursive: true });
  }, 180_000);
});
