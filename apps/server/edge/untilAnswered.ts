import { type Clock, Problem } from '@weir/kit';

const RETRY_MS = 200;

/** Asks control until it answers: it may be starting. @throws whatever it refuses with */
export async function untilAnswered<T>(ask: () => Promise<T>, clock: Clock): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (why) {
      if (!(why instanceof Problem) || (why.code !== 'bus_no_responder' && why.code !== 'bus_timeout'))
        throw why;
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
    }
  }
}
