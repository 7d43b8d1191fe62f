import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this file lies in. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The pinned Node that everything but the launcher runs under. */
export const node24 = join(root, 'node_modules', 'node', 'bin', 'node');

/**
 * Where Node keeps what it makes of the sources between runs: that halves what each process of the service takes to
 * begin. Written when a process ends in order; where nothing can be written, nothing is kept.
 */
export const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.weir', 'compiled');

const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/**
 * True where node_modules holds what package-lock.json asks for: npm keeps its own list of what it installed.
 * With `dev` the development dependencies count too. Packages for other platforms do not.
 */
export function isInstalled(dev) {
  const listed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(listed) || !existsSync(node24)) return false;
  const have = read(listed);
  for (const [path, want] of Object.entries(read(join(root, 'package-lock.json')))) {
    if (!path.includes('node_modules/') || want.link || want.optional || want.devOptional) continue;
    if (want.dev && !dev) continue;
    if (have[path]?.version !== want.version) return false;
  }
  return true;
}

/** Installs what is missing; ends the process with npm's own message if that fails. */
export function install(dev) {
  if (isInstalled(dev)) return false;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(dev ? [] : ['--omit=dev'])];
  const done = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) {
    console.error(
      `npm ${args.join(' ')} failed (${done.status ?? done.error?.message}); nothing was started.`,
    );
    process.exit(1);
  }
  return true;
}
