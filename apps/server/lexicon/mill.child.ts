import { goBehind } from '@weir/text/engine/priority.ts';
import type { Fault, Job } from './job.ts';

// Before anything is loaded: that takes time as well. But a service that begins waits for its first lexicon, and on a
// machine without a moment to spare it would wait for minutes.
let ahead = process.argv[3] === 'first';
if (!ahead) goBehind();
const { Problem } = await import('@weir/kit');
const { LexiconError, serve } = await import('@weir/text');
const { Grinder } = await import('./grind.ts');

// The process in which lexicons are read, compared and compiled: none of that may stop one that serves.
const grinder = new Grinder(process.argv[4] as string);

serve(
  async (job: Job) => {
    const done = await grinder.run(job);
    if (ahead && job.op === 'build') {
      ahead = false;
      goBehind();
    }
    return done;
  },
  (why): Fault => {
    const { name, message } = why as Error;
    if (why instanceof LexiconError) return { name, message, line: why.at, column: why.column };
    if (why instanceof Problem) return { name, message: why.detail ?? message, code: why.code };
    return { name, message };
  },
);
