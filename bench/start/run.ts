import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options, Row } from '../row.ts';
import { row } from '../row.ts';
import { little } from '../size.ts';

/**
 * From `npm start` to the line that says it is ready, pages and demo included: the first time in a fresh clone of this
 * repository with npm's cache as it is, and the second time there.
 */
export const metrics = ['first', 'second'] as const;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 300_000;

/** Starts, waits for readiness, stops in order. Seconds until it was ready. @throws Error with what it said */
async function startOnce(folder: string, dataDir: string): Promise<number> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      WEIR_DATA_DIR: dataDir,
      WEIR_HTTP_PORT: '0',
      WEIR_MEDIA_PORT: '0',
      WEIR_RTMP_PORT: '0',
    },
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let said = '';
  const seconds = await new Promise<number>((done, fail) => {
    const give = (why: string): void => fail(new Error(`npm start ${why}:\n${said}`));
    const late = setTimeout(() => give('is not ready'), PATIENCE_MS);
    const hear = (text: Buffer): void => {
      said = (said + text).slice(-8_000);
      if (!said.includes('Weir is ready: ')) return;
      clearTimeout(late);
      done((performance.now() - began) / 1_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(() => give('ended'));
  });
  child.kill('SIGTERM');
  await exited;
  return seconds;
}

export async function* run(_options: Options): AsyncGenerator<Row> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-start-'));
  // As root the database runs as a user of its own, who must be able to pass through.
  chmodSync(dir, 0o711);
  try {
    const fresh = !little && existsSync(join(ROOT, '.git'));
    const clone = fresh ? join(dir, 'clone') : ROOT;
    if (fresh) execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    const first = await startOnce(clone, join(dir, 'data'));
    if (fresh) yield row('start', 'first', first, 's');
    yield row('start', 'second', await startOnce(clone, join(dir, 'data')), 's');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
