#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, root } from './installed.mjs';

install(true);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const CHECKS = [
  // A lock made beside installed packages may list only this machine's binaries; a fresh clone then installs nothing.
  ['lock file', 'npm', ['ci', '--dry-run', '--ignore-scripts', '--loglevel=error']],
  ['types', bin('tsc'), ['-p', '.']],
  ['lint, format and package boundaries', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['unused code', bin('knip'), []],
];
const env = { ...process.env, PATH: `${join(root, 'node_modules', 'node', 'bin')}:${process.env.PATH}` };
let failed = 0;
for (const [name, program, args] of CHECKS) {
  const began = Date.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (status === 0) continue;
  failed++;
  console.log(stdout + stderr);
}
process.exit(failed > 0 ? 1 : 0);
