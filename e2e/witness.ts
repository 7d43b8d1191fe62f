import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

/** What an independent viewer saw: wall ms of the last byte, and `end` or the error that ended it. */
export type Testimony = { lastAt: number; fate: string };
export type Witness = {
  bytes(): number;
  readonly testimony: Promise<Testimony>;
  stop(): void;
};

/** Watches `url` from another process, into `file`. */
export function watchApart(url: string, file: string): Witness {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'witness.child.ts'), url, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  return {
    bytes: () => statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    testimony: new Promise((resolve, reject) =>
      child.once('close', () =>
        said ? resolve(JSON.parse(said) as Testimony) : reject(new Error('nothing was said')),
      ),
    ),
    stop: () => void child.kill('SIGKILL'),
  };
}
