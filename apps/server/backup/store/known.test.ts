import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownTargets, rememberTarget } from './known.ts';
import { backUp, fresh, NOON, place } from './testing/place.ts';

const file = { name: 'a', content: Buffer.from('a') };
const backup = (at: ReturnType<typeof place>, later = 0, create = false) =>
  backUp({ ...at, now: NOON + later, create }, [file]);

describe('a target that is not there', () => {
  it('is made where it was never used, and the folders above it are not', async () => {
    const at = place();
    const far = { ...at, dir: join(dirname(at.dir), 'no', 'such') };
    await expect(backup(far)).rejects.toMatchObject({
      code: 'not_mounted',
      message: expect.stringContaining(`There is no folder ${dirname(far.dir)}`),
    });
    expect(existsSync(dirname(far.dir))).toBe(false);
    await backup(at);
    await backup(far, 1, true);
    expect(knownTargets(at.local)).toEqual([at.dir, far.dir]);
  });

  it.each(['missing', 'empty', 'of a fresh file system'])(
    'is not begun anew where backups of this store were: %s, as when no disk is mounted',
    async (how) => {
      const at = place();
      await backup(at);
      const away = `${at.dir}.away`;
      renameSync(at.dir, away);
      if (how !== 'missing') mkdirSync(at.dir);
      if (how.startsWith('of')) mkdirSync(join(at.dir, 'lost+found'));
      const names = () => (existsSync(at.dir) ? readdirSync(at.dir) : undefined);
      const before = names();
      await expect(backup(at, 1)).rejects.toMatchObject({
        code: 'not_mounted',
        message: expect.stringMatching(/holds none now: is its disk mounted\? --create/),
      });
      expect(names()).toEqual(before);
      // Another store's memory is its own; and the disk that comes back is taken as before.
      await backup({ ...at, local: join(dirname(at.local), 'other') }, 1);
      rmSync(at.dir, { recursive: true });
      renameSync(away, at.dir);
      expect((await backup(at, 2)).read).toEqual(['a']);
      // Asked for, it begins anew.
      rmSync(at.dir, { recursive: true });
      await backup(at, 3, true);
      await backup(at, 4);
    },
  );

  it('is not held against a place where no backup became whole', async () => {
    const at = place();
    await expect(backUp(at, [{ ...file, bytes: 5 }])).rejects.toMatchObject({ code: 'refused' });
    rmSync(at.dir, { recursive: true });
    await backup(at);
  });

  it('is remembered of the last 64 folders, and of none where the memory cannot be read', async () => {
    const local = fresh();
    for (let i = 0; i < 70; i++) await rememberTarget(local, `/t/${i % 66}`);
    expect(knownTargets(local).slice(-5)).toEqual(['/t/65', '/t/0', '/t/1', '/t/2', '/t/3']);
    expect(knownTargets(local)).toHaveLength(64);
    writeFileSync(join(local, 'targets.json'), '{');
    expect(knownTargets(local)).toEqual([]);
  });
});
