import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PASSWORD = 'e2e-password-of-the-demo';
const START_WITHIN_MS = 150_000;

export type Service = {
  readonly url: string;
  readonly dataDir: string;
  readonly password: string;
  /** Everything the service has printed, for a failing test's message. */
  readonly output: () => string;
  pid(role: 'supervisor' | 'control' | 'vault' | 'edge'): number;
  /** SIGTERM; resolves to the exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL of the supervisor and every child within one turn. */
  killAll(): Promise<void>;
  /** Starts again on the same data directory. */
  again(): Promise<Service>;
  /** Stops and removes the data directory. */
  dispose(): Promise<void>;
};

/** Starts a whole Weir of its own, as a person would by `npx weir start`, on free ports. */
export async function startService(
  env: Record<string, string> = {},
  dataDir?: string,
  args: readonly string[] = [],
): Promise<Service> {
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'weir-e2e-')));
  // As root the database runs as a user of its own, who must be able to pass through.
  chmodSync(dir, 0o711);
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'weir.mjs'), 'start', ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      WEIR_DATA_DIR: dir,
      WEIR_HTTP_PORT: '0',
      WEIR_MEDIA_PORT: '0',
      WEIR_RTMP_PORT: '0',
      WEIR_DEMO: 'accounts',
      WEIR_DEMO_PASSWORD: PASSWORD,
      WEIR_LIMIT_JOINS_PER_SECOND: '0',
      WEIR_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Weir did not start:\n${said}`)), START_WITHIN_MS);
    const hear = (text: Buffer): void => {
      said = (said + text).slice(-2_000_000);
      const ready = /Weir is ready: (\S+)/.exec(said);
      if (!ready?.[1]) return;
      clearTimeout(late);
      resolve(ready[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then((code) => reject(new Error(`Weir ended with ${code}:\n${said}`)));
  });
  const pid: Service['pid'] = (role) => Number(readFileSync(join(dir, 'run', `${role}.pid`), 'utf8'));
  const stop = (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return exited;
  };
  return {
    url,
    dataDir: dir,
    password: PASSWORD,
    output: () => said,
    pid,
    stop,
    killAll: async () => {
      killNow(child, (['supervisor', 'edge', 'control', 'vault'] as const).map(pid));
      await exited;
    },
    again: () => startService(env, dir),
    dispose: async () => {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function killNow(child: ChildProcess, pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
  child.kill('SIGKILL');
}
