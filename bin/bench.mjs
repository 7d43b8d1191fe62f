// Door to the benches. Plain JavaScript for the machine's own Node; the benches run under the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from './installed.mjs';

if (!existsSync(node24)) {
  console.error('The packages are not installed: run npm ci first.');
  process.exit(1);
}

const child = spawn(
  node24,
  ['--disable-warning=ExperimentalWarning', join(root, 'bench', 'run.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
