import type { Clock, Log } from '@weir/kit';
import { STONES_A_PAGE } from '../wire.ts';
import type { ControlLine } from './control-line.ts';
import type { Edge } from './edge.ts';
import type { Tombstones } from './tombstones.ts';
import { untilAnswered } from './untilAnswered.ts';

/**
 * Edge and control tell each other what stands, page by page: first the edge what is on its own disk, whereupon it
 * hears what was lifted; then control every cut, so that the edge has them all when this resolves.
 */
export async function exchangeStones(parts: {
  line: ControlLine;
  edge: Edge;
  tombstones: Tombstones;
  clock: Clock;
  log: Log;
}): Promise<void> {
  const { line, edge, tombstones, clock, log } = parts;
  const own = tombstones.all();
  for (let at = 0; at < own.length; at += STONES_A_PAGE) {
    const page = own.slice(at, at + STONES_A_PAGE);
    const { lifted } = await untilAnswered(() => line.bringStones(page), clock);
    for (const order of lifted)
      await edge
        .restore(order)
        .catch((why: Error) => log.error({ order: order.order, why: why.message }, 'restore not on disk'));
  }
  let after: string | undefined;
  do {
    const page = await untilAnswered(() => line.learnStones(after), clock);
    edge.learn(page.tombstones);
    after = page.next;
  } while (after !== undefined);
}
