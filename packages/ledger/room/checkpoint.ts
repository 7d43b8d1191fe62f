import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Brings an index's write-ahead log into its file, on a thread of its own: it waits for the disk. Never rejects. */
export function checkpoint(path: string): Promise<void> {
  const file = new URL(`./checkpoint.worker${extname(import.meta.filename)}`, import.meta.url);
  return new Promise((resolve) => {
    const worker = new Worker(file, { workerData: path });
    worker.once('error', () => resolve());
    worker.once('exit', () => resolve());
    worker.unref();
  });
}
