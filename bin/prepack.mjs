// Makes a package ready for npm pack: JavaScript and declarations in dist/, since Node strips no types of what lies
// under node_modules, and a package.json that names them. `prepack` runs it, `postpack` runs it with --restore.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './installed.mjs';

const dir = process.cwd();
const own = join(dir, 'package.json');
const kept = join(dir, 'package.source.json');
const dist = join(dir, 'dist');
const PAPERS = ['LICENSE', 'NOTICE'];

if (process.argv.includes('--restore')) {
  if (existsSync(kept)) renameSync(kept, own);
  rmSync(dist, { recursive: true, force: true });
  for (const name of PAPERS) rmSync(join(dir, name), { force: true });
  process.exit(0);
}
// A run that was killed left its own behind.
if (existsSync(kept)) renameSync(kept, own);

const out = mkdtempSync(join(tmpdir(), 'weir-pack-'));
const config = join(dir, 'tsconfig.pack.json');
writeFileSync(
  config,
  JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      // Packages of ours that this one imports are compiled too, and left out below.
      rootDir: join(dir, '..'),
      outDir: out,
    },
    include: ['./**/*.ts'],
    exclude: [
      './**/*.test.ts',
      './**/testing/**',
      './**/make.ts',
      './**/assembly/**',
      './dist',
      './node_modules',
    ],
  }),
);
const compiled = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', config], {
  stdio: ['ignore', 2, 2],
});
rmSync(config);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

rmSync(dist, { recursive: true, force: true });
cpSync(join(out, basename(dir)), dist, { recursive: true });
rmSync(out, { recursive: true });
// What a package reads beside its code.
for (const path of readdirSync(dir, { recursive: true }))
  if (/\.(bin|csv|wasm)$/.test(path) && !/(^|\/)(node_modules|dist|testing)\//.test(path))
    cpSync(join(dir, path), join(dist, path));
for (const name of PAPERS) cpSync(join(root, name), join(dir, name));

const source = JSON.parse(readFileSync(own, 'utf8'));
const { private: _private, scripts: _scripts, devDependencies: _dev, ...rest } = source;
const dependencies = Object.fromEntries(
  Object.entries(source.dependencies ?? {}).map(([name, version]) => [
    name,
    name.startsWith('@weir/') ? source.version : version,
  ]),
);
renameSync(own, kept);
writeFileSync(
  own,
  `${JSON.stringify(
    {
      ...rest,
      types: './dist/index.d.ts',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './*': './dist/*',
      },
      dependencies,
      // npm runs it from here once the tarball is made.
      scripts: { postpack: source.scripts.postpack },
    },
    null,
    2,
  )}\n`,
);
