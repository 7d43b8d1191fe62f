#!/usr/bin/env node
// The door to every command. Plain JavaScript, because the machine's own Node may be as old as 20;
// everything behind it runs under the Node pinned in package.json.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { compiled, install, isInstalled, node24, root } from './installed.mjs';

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Weir needs Node 20 or later to begin; this is ${process.version}.`);
  process.exit(1);
}

const args = process.argv.slice(2);
const up = args[0] === 'up';
if (!isInstalled(false)) {
  const began = Date.now();
  if (up) process.stdout.write('[1/5] Installing packages …');
  else process.stderr.write('Installing packages …\n');
  install(false);
  if (up) process.stdout.write(` ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
} else if (up) process.stdout.write('[1/5] Packages are installed\n');

process.env.NODE_COMPILE_CACHE = compiled;

const command = [join(root, 'apps', 'server', 'main.ts'), ...args];
// A process that can replace itself leaves no middleman behind.
if (typeof process.execve === 'function')
  process.execve(node24, [node24, '--disable-warning=ExperimentalWarning', ...command], process.env);

const child = spawn(node24, ['--disable-warning=ExperimentalWarning', ...command], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
