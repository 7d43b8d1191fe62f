import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../child.ts';
import { freePort } from '../port.ts';

/** A serving process that listens: its id and port. */
export type Serving = { pid: number; port: number; stop(): Promise<void> };

/** Waits until somebody listens on `port`; false after 10 s. */
async function listens(port: number): Promise<boolean> {
  for (let tried = 0; tried < 100; tried++) {
    const up = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      }).on('error', () => done(false));
    });
    if (up) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

function installed(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a program on its committed configuration with ports and directory filled in; null where it is not there. */
export async function startPeer(
  command: string,
  config: URL,
  args: (file: string, dir: string) => string[],
): Promise<Serving | null> {
  if (!installed(command)) return null;
  const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-peer-'));
  mkdirSync(join(dir, 'logs'));
  const port = await freePort();
  const text = readFileSync(config, 'utf8')
    .replaceAll('{port}', String(port))
    .replaceAll('{port4}', String(await freePort()))
    .replaceAll('{dir}', dir);
  const file = join(dir, 'peer.conf');
  writeFileSync(file, text);
  const program = startProgram(command, args(file, dir), { quiet: true });
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  if (await listens(port)) return { pid: program.pid, port, stop };
  await stop();
  return null;
}
