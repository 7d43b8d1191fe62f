import { Problem } from '@weir/kit';
import { Recent } from '@weir/text/recent.ts';
import type { Stretch } from '../wire.ts';
import type { Edges } from './edges.ts';

/** Persons and stretches remembered as seen at most; what is forgotten must be seen again. */
const MAX_SEEN = 40_000;

/**
 * The head of a review or delay gate. What a person was shown is kept by session: a release reaches no further
 * than what that very session has seen (REQUIREMENTS 7.7).
 */
export class Desk {
  readonly #edges: Edges;
  readonly #seen = new Recent<string, true>(MAX_SEEN);

  constructor(edges: Edges) {
    this.#edges = edges;
  }

  /** What the gate holds and has let out of late; nothing where the broadcast is not on air. */
  async list(broadcast: string): Promise<Stretch[]> {
    try {
      const ask = { broadcast, op: 'list' };
      return (await this.#edges.ask<{ stretches: Stretch[] }>(broadcast, 'desk', ask)).stretches;
    } catch (why) {
      if (why instanceof Problem && why.code === 'not_found') return [];
      throw why;
    }
  }

  /** @throws Problem not_found where no such stretch waits */
  async seen(broadcast: string, stretch: string, session: string): Promise<void> {
    const stretches = await this.list(broadcast);
    if (!stretches.some(({ id }) => id === stretch)) throw new Problem('not_found', 'No such stretch waits');
    this.#seen.set(key(session, broadcast, stretch), true);
  }

  /** @throws Problem not_seen where this session has not seen all up to `upTo`, not_found */
  async mayRelease(broadcast: string, upTo: string, session: string): Promise<void> {
    const stretches = await this.list(broadcast);
    const end = stretches.findIndex(({ id }) => id === upTo);
    if (end < 0) throw new Problem('not_found', 'No such stretch waits');
    const unseen = stretches
      .slice(0, end + 1)
      .find(({ id, state }) => state === 'held' && !this.#seen.get(key(session, broadcast, id)));
    if (unseen) throw new Problem('not_seen', 'Look at each stretch first', { stretch: unseen.id });
  }

  /** Lets everything up to and with `upTo` out, in order. @throws Problem not_seen, not_found */
  async release(broadcast: string, upTo: string, session: string): Promise<string> {
    await this.mayRelease(broadcast, upTo, session);
    await this.#edges.ask(broadcast, 'desk', { broadcast, op: 'release', upTo });
    return upTo;
  }

  async drop(broadcast: string, stretch: string): Promise<void> {
    await this.#edges.ask(broadcast, 'desk', { broadcast, op: 'drop', stretch });
  }
}

const key = (session: string, broadcast: string, stretch: string): string =>
  `${session} ${broadcast} ${stretch}`;
