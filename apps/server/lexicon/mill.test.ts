import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Mill } from './mill.ts';

const dir = mkdtempSync(join(tmpdir(), 'weir-mill-'));
const mill = new Mill(dir);
afterEach(async () => {
  await mill.close();
  rmSync(dir, { recursive: true, force: true });
});

/** How far behind others each process of a mill is that this one began. */
const behind = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return (
          Number(parent) === process.pid &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('mill.child')
        );
      } catch {
        return false;
      }
    })
    .map((pid) => getPriority(Number(pid)));

test.runIf(process.platform === 'linux')(
  'the first lexicon, for which a service waits, is compiled as fast as all goes; what follows goes behind',
  async () => {
    const { hash } = await mill.take('term\n白鹭飞');
    expect(behind()).toEqual([getPriority()]);
    await mill.build(hash);
    expect(behind()).toEqual([19]);
    const next = await mill.take('term\n青鸟飞');
    await mill.build(next.hash);
    expect(behind()).toEqual([19]);
  },
);
