import { createHmac } from 'node:crypto';
import { type Clock, type Config, type Log, newId } from '@weir/kit';
import type { Database } from './database.ts';
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
const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 5_000;
/** Waits between tries: about nine hours in all, then the delivery is given up. */
const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000];

type Waiting = Delivery & { tries: number };

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY` under WEIR_WEBHOOK_SECRET. */
export function signature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/**
 * Webhooks and CDN purges: queued in memory, kept in PostgreSQL too so that a restart goes on, retried with
 * growing waits. At least once: receivers tell repeats by `Weir-Delivery`.
 */
export class Hooks {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #database: () => Database;
  readonly #waiting = new Map<string, Waiting>();
  readonly #ready: Waiting[] = [];
  #running = 0;
  #closed = false;

  constructor(options: { config: Config; clock: Clock; log: Log; database: () => Database }) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#database = options.database;
  }

  /** Queues an event for WEIR_WEBHOOK_URL, or a purge for WEIR_PURGE_URL; without the URL nothing happens. */
  send(event: HookEvent, data: object): void {
    const url = event === 'purge' ? this.#config.purgeUrl : this.#config.webhookUrl;
    if (!url) return;
    const id = newId();
    const createdAt = this.#clock.now();
    const body = { id, event, at: new Date(createdAt).toISOString(), ...data };
    const delivery = { id, url, event, body, createdAt };
    this.#take(delivery);
    this.#store(() => this.#database().read((db) => sql.insert(db, delivery)));
  }

  /** Takes over what an earlier run left. */
  async resume(deliveries: Delivery[]): Promise<void> {
    for (const delivery of deliveries) if (!this.#waiting.has(delivery.id)) this.#take(delivery);
  }

  close(): void {
    this.#closed = true;
  }

  #take(delivery: Delivery): void {
    if (this.#waiting.size >= MAX_WAITING) {
      const [oldest] = this.#waiting.values();
      if (oldest) this.#giveUp(oldest, 'queue full');
    }
    const waiting = { ...delivery, tries: 0 };
    this.#waiting.set(delivery.id, waiting);
    this.#ready.push(waiting);
    this.#pump();
  }

  #pump(): void {
    while (!this.#closed && this.#running < AT_ONCE) {
      const next = this.#ready.shift();
      if (!next) return;
      if (!this.#waiting.has(next.id)) continue;
      this.#running++;
      void this.#deliver(next).finally(() => {
        this.#running--;
        this.#pump();
      });
    }
  }

  async #deliver(delivery: Waiting): Promise<void> {
    delivery.tries++;
    const body = JSON.stringify(delivery.body);
    const seconds = Math.floor(this.#clock.now() / 1000);
    const secret = this.#config.webhookSecret;
    try {
      const answer = await fetch(delivery.url, {
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
      this.#clock.after(wait, () => {
        this.#ready.push(delivery);
        this.#pump();
      });
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
    this.#store(() => this.#database().read((db) => sql.remove(db, delivery.id)));
  }

  #store(work: () => Promise<void>): void {
    // The queue in memory goes on without PostgreSQL; only a restart meanwhile would lose or repeat it.
    work().catch((why: Error) => this.#log.warn({ why: why.message }, 'hook queue not stored'));
  }
}
