import { foldTables, type Reading, takeFolds } from '../normalise/fold.ts';
import type { Compiled } from './compile.ts';
import { type Packed, pack, unpack } from './packed.ts';

/**
 * Pieces of shared memory that this process may still hold. Its collector does not see them, and so is in no hurry;
 * beyond this the next lexicon comes in memory that it counts.
 */
const MAX_UNCOUNTED = 4;
/** Room beyond what a lexicon takes, so that the next one, with some terms more, fits where it was. */
const MORE = 1 / 16;

type Whole = { compiled: Compiled; folds: Record<Reading, Uint32Array> };

let held = 0;
const collected = new FinalizationRegistry<undefined>(() => {
  held--;
});
const memories = new WeakMap<Compiled, SharedArrayBuffer>();
let spare: SharedArrayBuffer | undefined;

/** In the process that compiled a lexicon: all of it in one piece of memory, and what that holds. */
export function give(compiled: Compiled): Packed {
  const whole: Whole = { compiled, folds: foldTables(compiled.mask) };
  return pack(whole, (bytes) => new ArrayBuffer(bytes));
}

/** In the process that asked for it: where so many bytes are put. It goes to `take`, or back. */
export function memoryFor(bytes: number): ArrayBufferLike {
  const memory = spare;
  spare = undefined;
  if (memory && bytes <= memory.byteLength) return memory;
  if (held >= MAX_UNCOUNTED) return new ArrayBuffer(bytes);
  const fresh = new SharedArrayBuffer(Math.ceil(bytes * (1 + MORE)));
  held++;
  collected.register(fresh, undefined);
  return fresh;
}

/** What was given, once its bytes are in the memory. */
export function take(packed: Packed): Compiled {
  const { compiled, folds } = unpack<Whole>(packed);
  takeFolds(compiled.mask, folds);
  if (packed.memory instanceof SharedArrayBuffer) memories.set(compiled, packed.memory);
  return compiled;
}

/**
 * Gives back the memory of a lexicon that nobody asks any more: the next one is put there, so that neither is any
 * memory fresh nor has the collector anything to do. What still asks an engine of it is thrown an error.
 */
export function release(compiled: Compiled): void {
  const memory = memories.get(compiled);
  if (!memory) return;
  memories.delete(compiled);
  compiled.released = true;
  giveBack(memory);
}

/** Takes memory back that no lexicon is in. */
export function giveBack(memory: ArrayBufferLike): void {
  if (memory instanceof SharedArrayBuffer && memory.byteLength > (spare?.byteLength ?? 0)) spare = memory;
}
