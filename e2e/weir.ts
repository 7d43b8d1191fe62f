import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Service } from './service.ts';

const BIN = join(import.meta.dirname, '..', 'bin', 'weir.mjs');

/** Runs `npx weir …` against a service, with `input` on its stdin. */
export function weir(
  service: Pick<Service, 'dataDir'>,
  args: string[],
  input = '',
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      env: { ...process.env, WEIR_DATA_DIR: service.dataDir, ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.on('exit', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}
