import { createHmac } from 'node:crypto';
import { type Clock, type Config, type Log, newId } from '@weir/kit';
import type { Database, Db } from './database.ts';
import type { Delivery } from './sql/deliveries.ts';
import * as sql from './sql/deliveries.ts';

export type HookEvent =
  | 'broadcast.started'
  | 'broadcast.interrupted'
  | 'broadcast.cut'
  | 'broadcast.ended'
  | 'purge';

/** Deliveries that wait at once; beyond it the oldest is given up, with a line in the log. */
const MAX_WAITING = 1_000;
/** Of each kind: a receiver of events that hangs holds up no purge. */
const AT_ONCE = 4;
const ANSWER_WITHIN_MS = 5_000;
/** Waits between tries: about nine hours in all, then the delivery is given up. */
const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000];

type Waiting = Delivery & { tries: number; stored: boolean };
type Lane = { readonly ready: Waiting[]; running: number };

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY` under WEIR_WEBHOOK_SECRET. */
export function signature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/**
 * Webhooks and CDN purges: queued in memory, kept in PostgreSQL too so that a restart goes on, retried with
 * growing waits. At least once: receivers tell repeats by `Weir-Delivery`. Only the addresses of the configuration in
 * force are called; a redirect is an error, and an answer's body is never read.
 */
export class Hooks {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #database: () => Database;
  readonly #waiting = new Map<string, Waiting>();
  /** Delivered or given up while PostgreSQL was away: their rows go when it is back. */
  readonly #gone = new Set<string>();
  readonly #lanes: Record<'event' | 'purge', Lane> = {
    event: { ready: [], running: 0 },
    purge: { ready: [], running: 0 },
  };
  #closed = false;

  constructor(options: { config: Config; clock: Clock; log: Log; database: () => Database }) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#database = options.database;
  }

  /**
   * Queues an event for WEIR_WEBHOOK_URL, or a purge for WEIR_PURGE_URL; without the URL nothing happens. Resolves to
   * whether a kill of this process can no longer lose it: true where it is stored, delivered, or not wanted.
   * `id` makes a repeated call the same delivery.
   */
  async send(event: HookEvent, data: object, id: string = newId()): Promise<boolean> {
    const url = this.#urlOf(event);
    if (!url) return true;
    const createdAt = this.#clock.now();
    const body = { id, event, at: new Date(createdAt).toISOString(), ...data };
    const known = this.#waiting.get(id);
    const waiting = known ?? this.#take({ id, url, event, body, createdAt }, false);
    return this.#store(waiting);
  }

  /** With PostgreSQL back: stores what came meanwhile, and takes over what an earlier run left. */
  async resume(db: Db): Promise<void> {
    for (const id of [...this.#gone]) {
      await sql.remove(db, id);
      this.#gone.delete(id);
    }
    for (const waiting of this.#waiting.values()) {
      if (waiting.stored) continue;
      await sql.insert(db, waiting);
      waiting.stored = true;
    }
    for (const delivery of await sql.waiting(db, MAX_WAITING)) {
      if (this.#waiting.has(delivery.id)) continue;
      if (this.#urlOf(delivery.event)) this.#take(delivery, true);
      else await sql.remove(db, delivery.id);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #urlOf(event: string): string | undefined {
    return event === 'purge' ? this.#config.purgeUrl : this.#config.webhookUrl;
  }

  #take(delivery: Delivery, stored: boolean): Waiting {
    if (this.#waiting.size >= MAX_WAITING) {
      const [oldest] = this.#waiting.values();
      if (oldest) this.#giveUp(oldest, 'queue full');
    }
    const waiting = { ...delivery, tries: 0, stored };
    this.#waiting.set(delivery.id, waiting);
    this.#enqueue(waiting);
    return waiting;
  }

  #enqueue(waiting: Waiting): void {
    const lane = this.#lanes[waiting.event === 'purge' ? 'purge' : 'event'];
    lane.ready.push(waiting);
    this.#pump(lane);
  }

  #pump(lane: Lane): void {
    while (!this.#closed && lane.running < AT_ONCE) {
      const next = lane.ready.shift();
      if (!next) return;
      if (!this.#waiting.has(next.id)) continue;
      lane.running++;
      void this.#deliver(next).finally(() => {
        lane.running--;
        this.#pump(lane);
      });
    }
  }

  async #deliver(delivery: Waiting): Promise<void> {
    delivery.tries++;
    const body = JSON.stringify(delivery.body);
    const seconds = Math.floor(this.#clock.now() / 1000);
    const secret = this.#config.webhookSecret;
    try {
      const answer = await fetch(this.#urlOf(delivery.event) ?? '', {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        headers: {
          'content-type': 'application/json',
          'weir-event': delivery.event,
          'weir-delivery': delivery.id,
          ...(secret ? { 'weir-signature': signature(secret, seconds, body) } : {}),
        },
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.#done(delivery);
    } catch (why) {
      const wait = BACKOFF_MS[delivery.tries - 1];
      if (wait === undefined) return this.#giveUp(delivery, (why as Error).message);
      this.#clock.after(wait, () => this.#enqueue(delivery));
    }
  }

  #giveUp(delivery: Waiting, why: string): void {
    this.#log.error(
      { event: delivery.event, delivery: delivery.id, tries: delivery.tries, why },
      'hook given up',
    );
    this.#done(delivery);
  }

  #done(delivery: Waiting): void {
    this.#waiting.delete(delivery.id);
    this.#database()
      .read((db) => sql.remove(db, delivery.id))
      .catch(() => {
        this.#gone.add(delivery.id);
        if (this.#gone.size > MAX_WAITING)
          for (const oldest of this.#gone) return void this.#gone.delete(oldest);
      });
  }

  /** The queue in memory goes on without PostgreSQL; `resume` stores it then. */
  async #store(waiting: Waiting): Promise<boolean> {
    if (waiting.stored || !this.#waiting.has(waiting.id)) return true;
    try {
      await this.#database().read((db) => sql.insert(db, waiting));
      waiting.stored = true;
    } catch (why) {
      this.#log.warn({ delivery: waiting.id, why: (why as Error).message }, 'hook not stored');
    }
    // Delivered while it was being stored: the row went before it came.
    if (waiting.stored && !this.#waiting.has(waiting.id)) this.#done(waiting);
    return waiting.stored || !this.#waiting.has(waiting.id);
  }
}
