import { randomUUID } from 'node:crypto';
import { openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where the system has such a folder; there may be little room in it, as in containers. */
const FOLDERS = ['/dev/shm', tmpdir()];

/**
 * Open files without a name, for bytes on their way to another process: the first in memory where there is such a
 * folder, the last on disk. They go when the last who holds them closes them. @throws Error where none can be made
 */
export function namelessFiles(): number[] {
  const files: number[] = [];
  let fault: unknown;
  for (const folder of FOLDERS) {
    try {
      const path = join(folder, `.weir-${randomUUID()}`);
      files.push(openSync(path, 'wx+', 0o600));
      unlinkSync(path);
    } catch (why) {
      fault = why;
    }
  }
  if (files.length === 0) throw fault;
  return files;
}
