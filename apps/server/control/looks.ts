import type { Actor, Control } from './control.ts';

/** What of the evidence somebody looked at. */
export type Look = {
  what:
    | 'log'
    | 'held'
    | 'contests'
    | 'dry_run'
    | 'desk'
    | 'recording'
    | 'timeline'
    | 'clip'
    | 'case'
    | 'retention';
  broadcast?: string;
  [detail: string]: unknown;
};

/** A desk that stays open asks again each second: one look of a session at one thing counts for so long. */
const SAME_LOOK_MS = 10 * 60_000;
/** Sessions and things remembered; the oldest looks again. */
const MAX_REMEMBERED = 20_000;

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
  readonly #seen = new Map<string, number>();

  /** Notes that this session sees `look`, at most once in ten minutes. */
  note(control: Control, actor: Actor | undefined, look: Look): void {
    if (!actor) return;
    const key = `${actor.session ?? actor.id} ${look.what} ${look.broadcast}`;
    const now = control.clock.mono();
    const before = this.#seen.get(key);
    if (before !== undefined && now - before < SAME_LOOK_MS) return;
    this.#seen.delete(key);
    this.#seen.set(key, now);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MAX_REMEMBERED) break;
      this.#seen.delete(oldest);
    }
    lookedAt(control, actor, look).catch((why: Error) => {
      this.#seen.delete(key);
      control.log.warn({ why: why.message }, 'a look at evidence waits for its record');
    });
  }
}
