import { OBJECT_BYTES } from './layout.ts';

/** Buffers that wait to serve again: those of objects on their way, one that is filled, one that is compressed. */
const MAX_FREE = 6;

/** Buffers of an object's size that serve again: each fresh one costs a thousand page faults. */
export class Buffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(OBJECT_BYTES);
  }

  /** Takes the buffer behind a piece back, where it has that size; nobody may look at it any more. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength === OBJECT_BYTES && this.#free.length < MAX_FREE)
      this.#free.push(Buffer.from(buffer as ArrayBuffer));
  }
}

/**
 * Cuts a stream into pieces of 4 MiB, the last one shorter; each is the taker's own, until it is given back. Fixed
 * places: what is large here only grows at its end or never changes, so cutting by content would find nothing more.
 * What the source gives in that very size is taken over as it is.
 */
export async function* pieces(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  buffers: Buffers,
): AsyncGenerator<Buffer> {
  let buffer: Buffer | undefined;
  let used = 0;
  for await (let rest of source) {
    if (used === 0 && rest.length === OBJECT_BYTES && rest.buffer.byteLength === OBJECT_BYTES) {
      yield Buffer.from(rest.buffer as ArrayBuffer);
      continue;
    }
    while (rest.length > 0) {
      buffer ??= buffers.take();
      const taken = Math.min(rest.length, OBJECT_BYTES - used);
      buffer.set(rest.subarray(0, taken), used);
      used += taken;
      rest = rest.subarray(taken);
      if (used < OBJECT_BYTES) continue;
      yield buffer;
      buffer = undefined;
      used = 0;
    }
  }
  if (!buffer || used === 0) return;
  if (used * 2 >= OBJECT_BYTES) yield buffer.subarray(0, used);
  else {
    // A small one, which may wait long in a pack, does not keep 4 MiB.
    const own = Buffer.from(buffer.subarray(0, used));
    buffers.give(buffer);
    yield own;
  }
}
