import { characters } from '../data/characters.ts';
import { parts } from '../guess/parts.ts';
import { knownUnits } from '../guess/surroundings.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Filter } from '../matcher/filter.ts';
import type { Fold } from '../normalise/fold.ts';
import type { Compiled } from './compile.ts';

/** By the filter of neighbours, which each compiled lexicon has its own of: engines of one lexicon share a kernel. */
const kernels = new WeakMap<Filter, Kernel>();

/**
 * What short texts are read in, by the fold of the lexicon's stages. None for a small lexicon: where every character
 * may be exchanged, the sieve has too little to say.
 */
export function kernelFor({ near, starts }: Compiled, { units }: Fold): Kernel | undefined {
  if (!near || !starts || starts.blindThree) return undefined;
  const { exact, heard } = starts.three;
  const kernel =
    kernels.get(near) ??
    new Kernel({
      units,
      known: knownUnits(),
      natural: characters().natural,
      parts: parts().filter,
      near,
      apart: exact.filter,
      heard: heard.filter,
    });
  kernels.set(near, kernel);
  return kernel;
}
