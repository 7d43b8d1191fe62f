import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock, silentLog } from '@weir/kit';
import { Ledger, LOGS, witnessOf } from '@weir/ledger';
import { afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-witness-'));
function weir(args: string[], env: Record<string, string> = {}): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, out: stdout + stderr };
}

/** Starts `weir witness`; resolves to the lines it says when it is ready. */
function start(args: string[]): Promise<{ vkey: string; url: string }> {
  child = spawn(process.execPath, [main, 'witness', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let out = '';
    child?.once('exit', (status) => reject(new Error(`weir witness ended with ${status}`)));
    child?.stdout?.on('data', (piece: Buffer) => {
      out += piece;
      const found = /^(.*)\nThe witness is ready: (\S+)\n$/.exec(out);
      if (found) resolve({ vkey: found[1] ?? '', url: found[2] ?? '' });
    });
  });
}

describe('weir witness', () => {
  it('cosigns a ledger, so that weir verify holds for whoever names it, and stops when told', async () => {
    const data = fresh();
    const dir = join(data, 'ledger');
    const options = { dir, clock: realClock, log: silentLog };
    await (await Ledger.open(options)).close();
    const list = join(data, 'logs.txt');
    writeFileSync(list, LOGS.map((log) => readFileSync(join(dir, log, 'vkey'), 'utf8')).join('# a log\n'));
    const { vkey, url } = await start(['--listen', '127.0.0.1:0', '--dir', fresh(), '--log', list]);

    const ledger = await Ledger.open({ ...options, witnesses: [{ url, witness: witnessOf(vkey) }] });
    await ledger.apply('access', 1, { kind: 'identity.revealed', ts: Date.now() });
    await ledger.close();
    const env = { WEIR_DATA_DIR: data };
    const { status, out } = weir(['verify', '--witness', vkey], env);
    expect(status, out).toBe(0);
    expect(out).toMatch(/access: holds, 1 records in 1 leaves, seen by weir-witness-[0-9a-f]+ at 20/);
    expect(weir(['verify'], env).status).toBe(0);

    const other = 'other.example+7c6fb1b5+BEo6zTYhgwXDSWHzaWyW1ThKdULKM9TLDv8FlO9eVyAa';
    expect(weir(['verify', '--witness', other], env).status).toBe(2);
    const own = readFileSync(join(dir, 'content', 'vkey'), 'utf8').trim();
    expect(weir(['verify', '--witness', own], env)).toMatchObject({ status: 2, out: /type 4/ });

    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('with an address alone witnesses the store that is here, and says that outsiders need another', async () => {
    const data = fresh();
    await (await Ledger.open({ dir: join(data, 'ledger'), clock: realClock, log: silentLog })).close();
    const cwd = fresh();
    child = spawn(process.execPath, [main, 'witness', '--listen', '127.0.0.1:0'], {
      cwd,
      env: { ...process.env, WEIR_DATA_DIR: data },
    });
    let said = '';
    child.stderr?.on('data', (piece: Buffer) => {
      said += piece;
    });
    let out = '';
    for await (const piece of child.stdout ?? []) {
      out += piece;
      if (out.includes('ready: http')) break;
    }
    expect(out).toContain('The witness is ready: ');
    expect(said).toContain('somebody else runs');
    expect(existsSync(join(cwd, 'weir-witness'))).toBe(true);
  });

  it('says what it needs', () => {
    const env = { WEIR_DATA_DIR: fresh() };
    for (const args of [
      [],
      ['--listen', '127.0.0.1:0'],
      ['--listen', 'nowhere', '--dir', '/tmp', '--log', 'x'],
      ['--listen', '127.0.0.1:0', '--dir', '/tmp'],
    ])
      expect(weir(['witness', ...args], env).status, args.join(' ')).toBe(2);
  });
});
