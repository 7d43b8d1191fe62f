import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { FIRST_FILE } from '../engine/sideProcess.ts';

// A process whose first file has room for 100 bytes.
const { writeSync } = fs;
fs.writeSync = ((file: number, bytes: Uint8Array, from: number, length: number, at: number): number => {
  if (file !== FIRST_FILE || process.argv[2] === '1') return writeSync(file, bytes, from, length, at);
  if (at >= 100) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  return writeSync(file, bytes, from, Math.min(length, 100 - at), at);
}) as typeof fs.writeSync;
syncBuiltinESMExports();

await import('./ending.child.ts');
