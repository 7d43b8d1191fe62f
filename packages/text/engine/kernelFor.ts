import { characters } from '../data/characters.ts';
import { parts } from '../guess/parts.ts';
import { knownUnits } from '../guess/surroundings.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Fold } from '../normalise/fold.ts';
import type { Compiled } from './compile.ts';

/** Kernels that are remembered: the lexicon in force, one that is tried beside it, and the next of each. */
const MOST = 4;

type Made = { kernel: Kernel; units: Uint32Array; of: WeakRef<Compiled> };
const made: Made[] = [];

/**
 * What short texts are read in, by the fold of the lexicon's stages: one for all engines of a lexicon. That of a lexicon
 * whose memory was given back, or that nobody has any more, is filled anew, a tenth of a millisecond for 100,000 terms.
 * None for a small lexicon: where every character may be exchanged, the sieve has too little to say.
 */
export function kernelFor(compiled: Compiled, { units }: Fold): Kernel | undefined {
  const { near, starts } = compiled;
  if (!near || !starts || starts.blindThree) return undefined;
  const { exact, heard } = starts.three;
  const filters = { near, apart: exact.filter, heard: heard.filter };
  const own = made.find((one) => one.of.deref() === compiled && one.units === units);
  if (own) return own.kernel;
  const free = made.find((one) => one.units === units && isFree(one) && one.kernel.fill(filters));
  if (free) {
    free.of = new WeakRef(compiled);
    return free.kernel;
  }
  const kernel = new Kernel(
    { units, known: knownUnits(), natural: characters().natural, parts: parts().filter },
    filters,
  );
  if (made.length === MOST) made.shift();
  made.push({ kernel, units, of: new WeakRef(compiled) });
  return kernel;
}

function isFree({ of }: Made): boolean {
  const compiled = of.deref();
  return compiled === undefined || compiled.released === true;
}
