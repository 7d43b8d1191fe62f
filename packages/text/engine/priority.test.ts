import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const BEHIND = `
  const { readlinkSync } = require('node:fs');
  const { getPriority } = require('node:os');
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData).then(({ goBehind }) => {
    goBehind();
    parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').pop())));
  });
`;

test.runIf(process.platform === 'linux')(
  'a thread goes behind the one that began it, and only it',
  async () => {
    const before = getPriority();
    const worker = new Worker(BEHIND, {
      eval: true,
      workerData: new URL('./priority.ts', import.meta.url).href,
      execArgv: [],
    });
    const own = await new Promise((done, failed) => worker.once('message', done).once('error', failed));
    await worker.terminate();
    expect(own).toBe(Math.max(10, before));
    expect(getPriority()).toBe(before);
  },
);
