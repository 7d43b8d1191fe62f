import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '@weir/kit';
import { LexiconError } from '@weir/text';
import { Grinder } from './grind.ts';
import type { Fault, Job } from './job.ts';

// The thread in which lexicons are read, compared and compiled: none of that may stop one that serves.
const grinder = new Grinder((workerData as { dir: string }).dir);
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, job }: { id: number; job: Job }) => {
  last = last.then(async () => {
    try {
      const value = await grinder.run(job);
      // A compiled lexicon may share tables with the next one of this thread: what is handed over is a copy.
      const given = job.op === 'build' ? structuredClone(value) : value;
      parentPort?.postMessage({ id, value: given }, job.op === 'build' ? buffersIn(given) : []);
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

/** The memory behind every array of a value, to be handed over and not copied. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Map))
    for (const part of Object.values(value)) buffersIn(part, found);
  return [...found];
}
