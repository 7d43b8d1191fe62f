import { Problem } from '@weir/kit';
import { Recent } from '@weir/text/recent.ts';
import type { Actor, Control } from './control.ts';

/** What of the evidence somebody looked at. */
export type Look = {
  what:
    | 'log'
    | 'held'
    | 'contests'
    | 'floods'
    | 'names'
    | 'dry_run'
    | 'desk'
    | 'recording'
    | 'timeline'
    | 'clip'
    | 'case'
    | 'holds'
    | 'retention';
  broadcast?: string;
  [detail: string]: unknown;
};

/** A desk that stays open asks again each second: one look of a session at one thing counts for so long. */
const SAME_LOOK_MS = 10 * 60_000;
/** Sessions and things remembered at most; whoever is forgotten looks again. */
const MAX_REMEMBERED = 40_000;

/**
 * Writes into the `access` log that this person looks at evidence; resolves when it stands.
 * @throws Problem database_unavailable: what cannot be recorded is not shown
 */
export async function lookedAt(control: Control, actor: Actor, look: Look): Promise<void> {
  const { database, outbox, clock } = control;
  await database.write((trx) =>
    outbox.record(trx, 'access', { kind: 'evidence.viewed', ts: clock.now(), user: actor.id, ...look }),
  );
  await outbox.flush();
}

/**
 * The looks of those who sit at a desk. The work of a desk goes on while PostgreSQL is away, so its looks follow when
 * they can; each failure leaves the look to the next request.
 */
export class DeskLooks {
  readonly #seen = new Recent<string, number>(MAX_REMEMBERED);

  /** Notes that this session sees `look`, at most once in ten minutes. */
  note(control: Control, actor: Actor | undefined, look: Look): void {
    if (!actor) return;
    const key = `${actor.session ?? actor.id} ${look.what} ${look.broadcast}`;
    const now = control.clock.mono();
    const before = this.#seen.get(key);
    if (before !== undefined && now - before < SAME_LOOK_MS) return;
    this.#seen.set(key, now);
    lookedAt(control, actor, look).catch((why: Error) => {
      this.#seen.delete(key);
      control.log.warn({ why: why.message }, 'a look at evidence waits for its record');
    });
  }
}

const REFUSED_WITHIN_MS = 60_000;
/** Refused looks of one person that are written down in a minute; more are told to slow down. */
const MAX_REFUSED = 20;

/** Looks that were refused: written down before the refusal is told, and bounded, so that nobody fills a log with them. */
export class RefusedLooks {
  #since = Number.NEGATIVE_INFINITY;
  readonly #counts = new Map<string, number>();

  /** @throws Problem rate where this person tried too often within a minute */
  async note(control: Control, actor: Actor, look: Look): Promise<void> {
    const now = control.clock.mono();
    if (now - this.#since >= REFUSED_WITHIN_MS || this.#counts.size > MAX_REMEMBERED) {
      this.#since = now;
      this.#counts.clear();
    }
    const count = (this.#counts.get(actor.id) ?? 0) + 1;
    this.#counts.set(actor.id, count);
    if (count > MAX_REFUSED) throw new Problem('rate', 'This account was refused too often within a minute');
    await lookedAt(control, actor, look).catch((why: Error) =>
      control.log.warn({ why: why.message, user: actor.id }, 'a refused look could not be recorded'),
    );
  }
}
