import { WebSocket } from 'ws';
import type { Stage } from './stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: an event is what the server says, not what we hope
export type Event = any;

/** A real client in a room of a real edge, that keeps what it was told. */
export class Guest {
  readonly events: Event[] = [];
  readonly #ws: WebSocket;
  #refs = 0;

  constructor(url: string) {
    this.#ws = new WebSocket(url, 'weir.room.1');
    this.#ws.on('message', (data) => this.events.push(...JSON.parse(String(data))));
    this.#ws.on('error', () => {});
  }

  /** Enters a room as whose token it is; resolves once greeted. */
  static async enter(stage: Stage, token: string, room: string): Promise<Guest> {
    const { body } = await stage.call(token, 'POST', `/api/broadcasts/${room}/play`, {});
    const guest = new Guest(body.room);
    await guest.until((event) => event.t === 'hello');
    return guest;
  }

  /** Says something; resolves with the one answer to it. */
  async say(text: string): Promise<Event> {
    const ref = ++this.#refs;
    this.#ws.send(JSON.stringify([{ t: 'send', ref, text }]));
    return this.until((event) => (event.t === 'ack' || event.t === 'refused') && event.ref === ref);
  }

  /** The first event, come or coming, that fits. */
  async until(fits: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      await new Promise<void>((resolve, reject) => {
        const gone = (): void => reject(new Error('the room closed the connection'));
        this.#ws.once('close', gone);
        this.#ws.once('message', () => {
          this.#ws.off('close', gone);
          resolve();
        });
      });
    }
  }

  leave(): void {
    this.#ws.terminate();
  }
}
