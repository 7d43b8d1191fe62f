import type { Compiled } from './compile.ts';
import { type Packed, pack, transferOf, unpack } from './packed.ts';

/**
 * Lexicons handed over that this thread may still hold. Its collector does not see the memory they lie in, and so is
 * in no hurry; beyond this the next one comes in memory that it counts.
 */
const MAX_UNCOUNTED = 4;

let held = 0;
const collected = new FinalizationRegistry<undefined>(() => {
  held--;
});

/** Whether the next lexicon is to be given in memory that this thread's collector counts: told to `give`. */
export const isCounted = (): boolean => held >= MAX_UNCOUNTED;

/** On the thread that compiled a lexicon: the message, and what is transferred with it. */
export function give(compiled: Compiled, counted: boolean): [Packed, ArrayBuffer[]] {
  const packed = pack(compiled, counted);
  return [packed, transferOf(packed)];
}

/** On the thread that asked for it. */
export function take(packed: Packed): Compiled {
  const compiled = unpack<Compiled>(packed);
  if (packed.memory instanceof SharedArrayBuffer) {
    held++;
    collected.register(compiled.plain, undefined);
  }
  return compiled;
}
