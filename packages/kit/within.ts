import type { Clock } from './clock.ts';

/**
 * What is waited for, if it comes within `ms` of the clock; undefined where it is late, and goes on by itself then.
 * @throws what `waited` rejects with in time
 */
export async function within<T>(clock: Clock, ms: number, waited: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(ms, () => late.resolve(undefined));
  try {
    return await Promise.race([waited, late.promise]);
  } finally {
    timer.cancel();
  }
}
