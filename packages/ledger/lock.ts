import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Held while this process writes to a directory. */
export type DirectoryLock = { release(): Promise<void> };

/**
 * Makes sure that one process writes to a directory: a socket in Linux's abstract namespace, named from the
 * directory's device and inode, so that a link or another path to the same place does not deceive it. The kernel
 * lets go of it when the process dies, however it dies.
 * @throws Error naming the directory where another process has it
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const { dev, ino } = statSync(dir, { bigint: true });
  const server = await new Promise<Server>((resolve, reject) => {
    const opening = createServer((socket) => socket.destroy());
    opening.once('error', (why: NodeJS.ErrnoException) =>
      reject(
        why.code === 'EADDRINUSE'
          ? new Error(`Another process writes to ${dir}; one ledger has one writer`)
          : why,
      ),
    );
    opening.listen(`\0weir-ledger-${dev}-${ino}`, () => resolve(opening));
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}
