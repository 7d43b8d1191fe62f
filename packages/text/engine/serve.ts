import { ftruncateSync, writeSync } from 'node:fs';
import type { Compiled } from './compile.ts';
import { give } from './handover.ts';
import { type Asked, FIRST_FILE, type Handed, type Told } from './sideProcess.ts';

/**
 * In a process that a `SideProcess` began: does its jobs one after another, and ends with the one that began it.
 * `faultOf` says what travels of an error. A job that compiles gives the compiled lexicon.
 */
export function serve<Job, Fault>(run: (job: Job) => unknown, faultOf: (why: unknown) => Fault): void {
  const files = Number(process.argv[2]);
  const tell = (told: Told<Fault>): void => void process.send?.(told);
  let last: Promise<void> = Promise.resolve();
  const answer = async ({ id, job, builds }: Asked<Job>): Promise<void> => {
    try {
      const value = await run(job);
      tell(builds ? { id, handed: write(value as Compiled, files) } : { id, value });
    } catch (why) {
      tell({ id, fault: faultOf(why) });
    }
  };
  process.on('message', (asked: Asked<Job>) => {
    last = last.then(() => answer(asked));
  });
  process.on('disconnect', () => process.exit());
}

/** Writes a lexicon into the first of the files that has room for it. @throws Error of the last */
function write(compiled: Compiled, files: number): Handed {
  const { memory, shape } = give(compiled);
  const bytes = new Uint8Array(memory);
  for (let file = 0; ; file++) {
    try {
      for (let at = 0; at < bytes.length; )
        at += writeSync(FIRST_FILE + file, bytes, at, bytes.length - at, at);
      return { file, bytes: bytes.length, shape };
    } catch (why) {
      ftruncateSync(FIRST_FILE + file);
      if (file + 1 >= files) throw why;
    }
  }
}
