/**
 * The same pieces, but a wait for one ends at once when the signal is given, whatever is waited for: a bucket may take a
 * minute to answer.
 * @throws the signal's reason; whatever the source throws
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(pieces.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const end = pieces.return?.();
    // What is not awaited any more must not be an error that nobody handles.
    if (signal.aborted) end?.catch(() => {});
    else await end;
  }
}

/** What a promise gives, or the signal's reason as soon as it is given. */
export async function untilAborted<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
