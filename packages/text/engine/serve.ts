import { parentPort } from 'node:worker_threads';
import type { Compiled } from './compile.ts';
import { give } from './handover.ts';
import type { Asked, Told } from './thread.ts';

/**
 * In a thread that a `Thread` began: does its jobs one after another. `faultOf` says what travels of an error. A job
 * that compiles gives the compiled lexicon.
 */
export function serve<Job, Fault>(run: (job: Job) => unknown, faultOf: (why: unknown) => Fault): void {
  const port = parentPort;
  let last: Promise<void> = Promise.resolve();
  const answer = async ({ id, job, room }: Asked<Job>): Promise<void> => {
    try {
      const value = await run(job);
      if (!room) return port?.postMessage({ id, value } satisfies Told<Fault>);
      const [handed, transfer] = give(value as Compiled, room);
      port?.postMessage({ id, handed } satisfies Told<Fault>, transfer);
    } catch (why) {
      port?.postMessage({ id, fault: faultOf(why) } satisfies Told<Fault>);
    }
  };
  port?.on('message', (asked: Asked<Job>) => {
    last = last.then(() => answer(asked));
  });
}
