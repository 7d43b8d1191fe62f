import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type AppName = 'site' | 'console';

/** A file of Vite's manifest: what it is made of and which others it loads, at once or later. */
export type Chunk = {
  file: string;
  name?: string;
  src?: string;
  isEntry?: boolean;
  imports: string[];
  later: string[];
  css: string[];
};

/** A web app built into a folder that goes with `dispose`. */
export type Built = {
  readonly dist: string;
  /** Chunks by their key in the manifest. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  dispose(): void;
};

type Manifest = Record<
  string,
  {
    file: string;
    name?: string;
    src?: string;
    isEntry?: boolean;
    imports?: string[];
    dynamicImports?: string[];
    css?: string[];
  }
>;

const VITE = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

/** Builds an app as it ships, in a process of its own: under a test's environment React is another program. */
export function buildApp(name: AppName): Built {
  const dist = mkdtempSync(join(tmpdir(), `weir-${name}-`));
  const { VITEST: _vitest, ...env } = process.env;
  execFileSync(
    process.execPath,
    [VITE, 'build', '--outDir', dist, '--emptyOutDir', '--manifest', '--logLevel', 'error'],
    {
      cwd: new URL(`../../apps/${name}/`, import.meta.url).pathname,
      env: { ...env, NODE_ENV: 'production' },
    },
  );
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Manifest;
  const chunks = new Map(
    Object.entries(manifest).map(([key, { imports = [], dynamicImports = [], css = [], ...rest }]) => [
      key,
      { ...rest, imports, later: dynamicImports, css },
    ]),
  );
  return { dist, chunks, dispose: () => rmSync(dist, { recursive: true, force: true }) };
}
