import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';

const BEHIND = `
  const { readdirSync } = require('node:fs');
  const { getPriority } = require('node:os');
  import(process.argv[1]).then(({ goBehind }) => {
    goBehind();
    console.log(JSON.stringify(readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))));
  });
`;

test.runIf(process.platform === 'linux')('a process goes behind all others, with every thread it has', () => {
  const before = getPriority();
  const file = new URL('./priority.ts', import.meta.url).href;
  const { stdout } = spawnSync(process.execPath, ['-e', BEHIND, file], { encoding: 'utf8' });
  const all = JSON.parse(stdout) as number[];
  expect(all.length).toBeGreaterThan(1);
  expect(new Set(all)).toEqual(new Set([19]));
  expect(getPriority()).toBe(before);
});
