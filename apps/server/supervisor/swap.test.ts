import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takePlace } from './swap.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-swap-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('puts a folder where none was, and in the place of another', () => {
  for (const name of ['a', 'b']) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'index'), name);
    takePlace(join(dir, name), join(dir, 'place'));
    expect(readFileSync(join(dir, 'place', 'index'), 'utf8')).toBe(name);
  }
  expect(readdirSync(dir)).toEqual(['place']);
  expect(() => takePlace(join(dir, 'missing'), join(dir, 'place'))).toThrow('ENOENT');
});

it('leaves one whole folder where several processes do so at once', async () => {
  const script = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { takePlace } from ${JSON.stringify(join(import.meta.dirname, 'swap.ts'))};
    const [dir, who] = process.argv.slice(1);
    for (let n = 0; n < 200; n++) {
      const fresh = dir + '/' + who + n;
      mkdirSync(fresh);
      for (const file of ['one', 'two']) writeFileSync(fresh + '/' + file, who + n);
      takePlace(fresh, dir + '/place');
    }`;
  const codes = await Promise.all(
    ['x', 'y', 'z'].map(
      (who) =>
        new Promise((resolve) =>
          spawn(process.execPath, ['--input-type=module-typescript', '-e', script, dir, who], {
            stdio: 'inherit',
          }).on('exit', resolve),
        ),
    ),
  );
  expect(codes).toEqual([0, 0, 0]);
  const [one, two] = ['one', 'two'].map((file) => readFileSync(join(dir, 'place', file), 'utf8'));
  expect(one).toBe(two);
  expect(existsSync(join(dir, 'place.old'))).toBe(false);
  expect(readdirSync(dir)).toEqual(['place']);
});
