import { foldTables, type Reading, takeFolds } from '../normalise/fold.ts';
import type { Compiled } from './compile.ts';
import { type Packed, pack, transferOf, unpack } from './packed.ts';

/**
 * Pieces of shared memory that this thread may still hold. Its collector does not see them, and so is in no hurry;
 * beyond this the next lexicon comes in memory that it counts.
 */
const MAX_UNCOUNTED = 4;
/** Room beyond what a lexicon takes, so that the next one, with some terms more, fits where it was. */
const MORE = 1 / 16;

/** What the next lexicon is to be put in: memory that is used no longer, or else such as the collector counts. */
export type Room = { spare?: SharedArrayBuffer | undefined; counted: boolean };

/** A lexicon on its way; without memory where it was put into the spare one. */
export type Handed = { memory?: ArrayBufferLike; shape: unknown };

type Whole = { compiled: Compiled; folds: Record<Reading, Uint32Array> };

let held = 0;
const collected = new FinalizationRegistry<undefined>(() => {
  held--;
});
const memories = new WeakMap<Compiled, SharedArrayBuffer>();
let spare: SharedArrayBuffer | undefined;

/** On the thread that asks for a lexicon: where it is to be put. */
export function roomForNext(): Room {
  const room: Room = { spare, counted: spare === undefined && held >= MAX_UNCOUNTED };
  spare = undefined;
  return room;
}

/** On the thread that compiled a lexicon: the message, and what is transferred with it. */
export function give(compiled: Compiled, { spare, counted }: Room): [Handed, ArrayBuffer[]] {
  const whole: Whole = { compiled, folds: foldTables(compiled.mask) };
  const packed = pack(whole, (bytes) => {
    if (spare && bytes <= spare.byteLength) return spare;
    return counted ? new ArrayBuffer(bytes) : new SharedArrayBuffer(Math.ceil(bytes * (1 + MORE)));
  });
  const { memory, shape } = packed;
  return [memory === spare ? { shape } : { memory, shape }, transferOf(packed)];
}

/** On the thread that asked for it. */
export function take({ memory = undefined, shape }: Handed, room: Room): Compiled {
  const packed = { memory: memory ?? room.spare, shape } as Packed;
  const { compiled, folds } = unpack<Whole>(packed);
  takeFolds(compiled.mask, folds);
  if (packed.memory instanceof SharedArrayBuffer) memories.set(compiled, packed.memory);
  if (memory instanceof SharedArrayBuffer) {
    held++;
    collected.register(memory, undefined);
  }
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
  giveBack({ spare: memory, counted: false });
}

/** Takes a room back that no lexicon was put into. */
export function giveBack({ spare: memory }: Room): void {
  if (memory && memory.byteLength > (spare?.byteLength ?? 0)) spare = memory;
}
