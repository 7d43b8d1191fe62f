import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('writes JSON lines to stderr under the name, and cuts secrets out wherever they stand in two levels', () => {
  const code = `
    import { createLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};
    const log = createLog('edge', 'info');
    log.info({ password: 'secret-1', token: 'secret-2', ask: { key: 'secret-3', cookie: 'secret-4' }, kept: 7 }, 'said');
    log.child({ part: 'x' }).warn({ headers: { authorization: 'secret-5' } }, 'warned');
    log.debug({}, 'not said');
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  expect(lines.map(({ name, msg }) => [name, msg])).toEqual([
    ['edge', 'said'],
    ['edge', 'warned'],
  ]);
  expect(lines[0]).toMatchObject({ kept: 7, password: '[redacted]', ask: { key: '[redacted]' } });
  expect(stderr).not.toContain('secret-');
});
