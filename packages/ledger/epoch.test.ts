import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { epochHeld, takeEpoch } from './epoch.ts';
import { fresh } from './testing/store.ts';

describe('a writer’s epoch', () => {
  it('is its own until another takes the next one, also where the file looks as old and as long as before', async () => {
    const dir = fresh();
    const path = join(dir, 'epoch');
    const holds = epochHeld(dir, await takeEpoch(dir));
    for (let i = 0; i < 3; i++) expect(await holds()).toBe(true);
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.other`, '2\n');
    utimesSync(`${path}.other`, atime, mtime);
    renameSync(`${path}.other`, path);
    for (let i = 0; i < 2; i++) expect(await holds()).toBe(false);
  });

  it('is lost where the file changes in its place, and is nobody’s where it is gone', async () => {
    const dir = fresh();
    const path = join(dir, 'epoch');
    const epoch = await takeEpoch(dir);
    const holds = epochHeld(dir, epoch);
    expect(await holds()).toBe(true);
    const { atime, mtime } = statSync(path);
    // A clock of the file system ticks each few milliseconds.
    await new Promise((done) => setTimeout(done, 20));
    writeFileSync(path, '2\n');
    utimesSync(path, atime, mtime);
    expect(await holds()).toBe(false);
    writeFileSync(path, `${epoch}\n`);
    expect(await holds()).toBe(true);
    rmSync(path);
    expect(await holds()).toBe(false);
  });
});
