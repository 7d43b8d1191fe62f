import { type BigIntStats, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '@weir/kit';

/** Names a folder as the kernel knows it, so that two paths to it (links, mounts) meet in one lock. */
const nameOf = ({ dev, ino }: BigIntStats): string => `weir-ledger-${dev}-${ino}`;

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ path }, () => resolve(server));
    server.unref();
  });
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export type Lock = { release(): Promise<void> };

/**
 * Takes the folder for one writer: a Unix socket named from the folder's device and inode, in Linux' abstract
 * namespace (unix(7)), which the kernel frees when its owner dies. Elsewhere a socket file, taken over when nobody
 * answers on it. Processes in other network namespaces do not see it: there the epoch decides, at the first commit.
 * @throws Problem `conflict` where another writer has it
 */
export async function lockFolder(dir: string, isAbstract = process.platform === 'linux'): Promise<Lock> {
  const name = nameOf(statSync(dir, { bigint: true }));
  const path = isAbstract ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  const taken = (): Problem =>
    new Problem(
      'conflict',
      `${dir} is in use by another process; a ledger has one writer. Stop the other Weir on this data directory, or give this one its own WEIR_DATA_DIR.`,
    );
  let server: Server;
  try {
    server = await listen(path);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw why;
    if (isAbstract || (await answers(path))) throw taken();
    await rm(path, { force: true });
    server = await listen(path);
  }
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}
