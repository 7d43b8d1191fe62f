import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { splitIdentity } from '../backup/custody/share.ts';
import { rememberTarget } from '../backup/store/known.ts';
import { backUp, fresh, identity, NOON, place } from '../backup/store/testing/place.ts';
import { runCli } from './run.ts';

async function weir(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said: Record<'log' | 'error', string[]> = { log: [], error: [] };
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line) => void said[name].push(`${line}\n`)),
  );
  onTestFinished(() => void vi.restoreAllMocks());
  const code = await runCli('backup', args);
  for (const spy of spies) spy.mockRestore();
  return { code, out: said.log.join(''), err: said.error.join('') };
}

describe('weir backup, of a target', () => {
  it('lists, checks with and without an identity or shares of it, and prunes', async () => {
    const at = place();
    const files = [{ name: 'a', content: Buffer.from('a') }];
    const { generation } = await backUp({ ...at, now: NOON }, files, Date.UTC(2999, 0));
    expect(await weir('list', '--to', at.dir)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${generation}  1 files`),
    });
    const file = join(fresh(), 'identity');
    writeFileSync(file, `# mine\n${identity}\n`);
    const out = fresh();
    const lines = await splitIdentity(identity, { names: ['Ann', 'Bo', 'Cy'], need: 2 });
    for (const [i, line] of lines.entries()) writeFileSync(join(out, `share-${i + 1}`), `${line}\n`);
    const share = (n: number): string[] => ['--share', join(out, `share-${n}`)];
    const check = (...args: string[]) => weir('check', '--to', at.dir, ...args);
    for (const args of [[], ['--identity', file], [...share(1), ...share(3)]])
      expect(await check(...args)).toMatchObject({ code: 0, out: 'Everything is as it was written.\n' });
    expect(await check(...share(2))).toMatchObject({ code: 1, err: '2 shares are needed, there is 1\n' });
    const folder = join(at.dir, 'objects', readdirSync(join(at.dir, 'objects'))[0] ?? '');
    const [object = ''] = readdirSync(folder);
    const was = readFileSync(join(folder, object));
    rmSync(join(folder, object));
    expect(await check()).toMatchObject({
      code: 1,
      out: `${generation}: object ${object} is missing\n`,
    });
    writeFileSync(join(folder, object), was);
    expect(await weir('prune', '--to', at.dir)).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 backups and 0 objects'),
    });
    expect((await weir('list')).code).toBe(2);
    mkdirSync(join(out, 'empty'));
    expect(await weir('list', '--to', join(out, 'empty'))).toMatchObject({ code: 1 });
  });
});

describe('weir backup --to', () => {
  it('refuses a place that held this store’s backups and holds none, before it asks anybody for anything', async () => {
    const data = fresh();
    const to = join(fresh(), 'disk');
    vi.stubEnv('WEIR_DATA_DIR', data);
    vi.stubEnv('XDG_CONFIG_HOME', data);
    onTestFinished(() => void vi.unstubAllEnvs());
    await rememberTarget(join(data, 'backup'), to);
    for (const given of [to, `${to}/`])
      expect(await weir('--to', given)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`${to} held backups of this store and holds none now`),
      });
    expect(readdirSync(data)).toEqual(['backup']);
    // With --create it goes on to the store, of which there is none.
    expect((await weir('--to', to, '--create')).err).toContain('There is no store in');
    expect(existsSync(to)).toBe(false);
  });
});
