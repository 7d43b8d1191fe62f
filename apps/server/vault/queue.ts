import { Problem } from '@weir/kit';

/**
 * Runs one piece of work at a time, in order of arrival. At most `limit` wait; beyond it `busy`.
 * @example const queue = oneAtATime(64); await queue.run(() => hashPassword(p));
 */
export function oneAtATime(limit: number): { run<T>(work: () => Promise<T>): Promise<T>; waiting(): number } {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    waiting: () => waiting,
    async run(work) {
      // One runs, `limit` wait behind it.
      if (waiting > limit) throw new Problem('busy', 'Too many password checks wait; try again in a moment');
      waiting++;
      const mine = last.then(work);
      last = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        waiting--;
      }
    },
  };
}
