import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '@weir/kit';
import { type Compiled, give, LexiconError } from '@weir/text';
import { Grinder } from './grind.ts';
import type { Fault, Job } from './job.ts';

// The thread in which lexicons are read, compared and compiled: none of that may stop one that serves.
const grinder = new Grinder((workerData as { dir: string }).dir);
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, job }: { id: number; job: Job }) => {
  last = last.then(async () => {
    try {
      const value = await grinder.run(job);
      if (job.op !== 'build') return parentPort?.postMessage({ id, value });
      const [packed, transfer] = give(value as Compiled, job.counted);
      parentPort?.postMessage({ id, value: packed }, transfer);
    } catch (why) {
      parentPort?.postMessage({ id, fault: faultOf(why) });
    }
  });
});

function faultOf(why: unknown): Fault {
  const { name, message } = why as Error;
  if (why instanceof LexiconError) return { name, message, line: why.at, column: why.column };
  if (why instanceof Problem) return { name, message: why.detail ?? message, code: why.code };
  return { name, message };
}
