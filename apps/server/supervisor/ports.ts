import { createServer } from 'node:net';

/**
 * Finds out early whether a port is free, so that a person reads one line with the remedy.
 * @throws Error naming the port, the environment name and what to do
 */
export function mustBeFree(port: number, bind: string, env: string): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (why: NodeJS.ErrnoException) =>
      reject(
        new Error(
          why.code === 'EADDRINUSE'
            ? `Port ${port} on ${bind} is in use. Stop what uses it, or set ${env} to another port (0 = any free).`
            : `Cannot listen on ${bind}:${port}: ${why.code}. Set ${env} or WEIR_BIND.`,
        ),
      ),
    );
    probe.listen(port, bind, () => probe.close(() => resolve()));
  });
}
