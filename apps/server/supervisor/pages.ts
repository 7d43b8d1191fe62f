import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressFolder } from './compress.ts';
import { takePlace } from './swap.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');

/** Digest over everything a web app is built from. */
function sourceOf(app: string): string {
  const hash = createHash('sha256');
  const from = [`apps/${app}/**/*`, 'packages/look/**/*', 'package-lock.json'];
  const files = globSync(from, {
    cwd: ROOT,
    exclude: (path) => /(^|\/)(node_modules|dist|mock)(\/|$)/.test(path),
  });
  for (const file of files.sort()) {
    if (!/\.(ts|tsx|css|html|json|svg|js)$/.test(file) || /\.test\.tsx?$/.test(file)) continue;
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/**
 * Builds a web app if its source has changed since it was last built. Resolves to whether it did. Built apart and put
 * in its place whole: another Weir of the same clone may be starting, or serving, beside it.
 */
export async function buildPages(app: 'site' | 'console'): Promise<boolean> {
  const stamp = join(ROOT, 'apps', app, 'dist', '.source');
  const source = sourceOf(app);
  if (isBuiltFrom(stamp, source)) return false;
  const fresh = join(ROOT, 'node_modules', '.weir', `${app}.${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  await new Promise<void>((resolve, reject) => {
    const build = spawn(process.execPath, [VITE, 'build', '--logLevel', 'error', '--outDir', fresh], {
      cwd: join(ROOT, 'apps', app),
      // Whoever starts the service, in tests too: React's development build is another, slower program.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const out of [build.stdout, build.stderr])
      out.on('data', (text: Buffer) => (said = (said + text).slice(-4_000)));
    build.on('error', reject);
    build.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Building ${app} failed:\n${said}`)),
    );
  });
  compressFolder(fresh);
  writeFileSync(join(fresh, '.source'), source);
  // Whoever has built the same meanwhile is serving it already: it is not taken away from under them.
  if (isBuiltFrom(stamp, source)) rmSync(fresh, { recursive: true });
  else takePlace(fresh, join(ROOT, 'apps', app, 'dist'));
  return true;
}

const isBuiltFrom = (stamp: string, source: string): boolean =>
  existsSync(stamp) && readFileSync(stamp, 'utf8') === source;
