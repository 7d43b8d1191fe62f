import type { ServerResponse } from 'node:http';
import { Problem } from '@weir/kit';
import type { FastifyInstance } from 'fastify';
import type { Broadcast } from '../broadcast.ts';
import type { Actor, Control } from '../control.ts';
import { holderOf, permits } from './door.ts';
import { present } from './present.ts';
import { refusals } from './refusals.ts';

/** Pages that follow the live list at once. */
const MAX_LISTENERS = 200;
/** Changes within this are told together; figures of running broadcasts each second. */
const GATHER_MS = 100;
const FIGURES_EACH_MS = 1_000;
/** Bytes that may wait for a slow page; beyond it the page is let go and comes back by itself. */
const MAX_BACKLOG_BYTES = 1_048_576;

type Listener = {
  out: ServerResponse;
  /** Who listens now: asked again at each telling, so that a lost role or session ends what it gave. */
  actor: () => Actor | undefined;
  changed: Set<string>;
};

/**
 * `GET /api/events`: server-sent events `broadcast` (one object each time it changes, and each second while it
 * runs). Staff get every broadcast, a publisher their own.
 */
export class Events {
  readonly #control: Control;
  readonly #listeners = new Set<Listener>();
  readonly #stops: (() => void)[];

  constructor(control: Control) {
    this.#control = control;
    const gather = control.clock.every(GATHER_MS, () => this.#flush());
    const figures = control.clock.every(FIGURES_EACH_MS, () => {
      for (const broadcast of control.broadcasts.running()) this.#note(broadcast);
      for (const { out } of this.#listeners) out.write(':\n\n');
    });
    this.#stops = [
      control.broadcasts.onChange((broadcast) => this.#note(broadcast)),
      () => gather.cancel(),
      () => figures.cancel(),
    ];
  }

  listen(app: FastifyInstance): void {
    app.get(
      '/api/events',
      {
        schema: {
          summary: 'Server-sent events `broadcast`: every one for staff, their own for publishers',
          produces: ['text/event-stream'],
          response: {
            200: {
              description: 'events `broadcast`, each with one broadcast as JSON',
              content: { 'text/event-stream': { schema: { type: 'string' } } },
            },
            ...refusals(['sign_in', 'busy']),
          },
        },
        config: { permission: 'signed_in' },
      },
      (request, reply) => {
        const actor = (): Actor | undefined => holderOf(this.#control, request);
        if (!actor()) throw new Problem('sign_in');
        if (this.#listeners.size >= MAX_LISTENERS)
          throw new Problem('busy', 'Too many pages follow the live list');
        reply.hijack();
        const out = reply.raw;
        out.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        const listener = { out, actor, changed: new Set<string>() };
        for (const broadcast of this.#control.broadcasts.running()) listener.changed.add(broadcast.id);
        this.#listeners.add(listener);
        out.write('retry: 1000\n\n');
        out.on('close', () => this.#listeners.delete(listener));
        out.on('error', () => this.#listeners.delete(listener));
      },
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const { out } of this.#listeners) out.end();
  }

  #note(broadcast: Broadcast): void {
    for (const { changed } of this.#listeners) changed.add(broadcast.id);
  }

  #flush(): void {
    const shown = new Map<string, string>();
    for (const listener of this.#listeners) {
      if (listener.out.writableLength > MAX_BACKLOG_BYTES) {
        listener.out.destroy();
        continue;
      }
      if (listener.changed.size === 0) continue;
      const actor = listener.actor();
      if (!actor) {
        listener.out.end();
        continue;
      }
      for (const id of listener.changed) {
        const broadcast = this.#control.broadcasts.get(id);
        if (!broadcast || !permits('owner_or_staff', actor, broadcast)) continue;
        const staff = permits('staff', actor);
        const key = `${staff} ${id}`;
        let text = shown.get(key);
        if (text === undefined) {
          text = `event: broadcast\ndata: ${JSON.stringify(present(this.#control, broadcast, staff))}\n\n`;
          shown.set(key, text);
        }
        listener.out.write(text);
      }
      listener.changed.clear();
    }
  }
}
