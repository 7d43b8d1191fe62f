import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Broadcast, Certificate, Person, Stretch } from '@weir/look/broadcast.ts';
import { type Preview, type PreviewPart, preview } from '@weir/media/gate/preview.ts';
import type { Packet } from '@weir/media/packet.ts';
import type { Show } from './world.ts';

export type Held = {
  id: string;
  user: Person;
  text: string;
  ts: string;
  pts: number;
  category?: string;
  hits?: { term: string; category: string; start: number; end: number; stages: string[] }[];
};

/** Key frames that one stretch holds; they come each second. */
const KEYS = 2;

/** What staff see of a broadcast: what waits in its gates, and how it was cut off. */
export class Staff {
  readonly held: Held[] = [];
  certificate: Certificate | undefined;
  /** Ids of stretches that were let out or dropped. */
  readonly #states = new Map<string, Stretch['state']>();
  readonly #stretches: { id: string; startMs: number; endMs: number; packets: Packet[] }[] = [];

  constructor(packets: readonly Packet[]) {
    const configs = packets.filter(({ role }) => role === 'config');
    let keys = 0;
    for (const packet of packets.filter(({ role }) => role !== 'config')) {
      if (packet.role === 'key' && keys++ % KEYS === 0) {
        const before = this.#stretches.at(-1);
        if (before) before.endMs = packet.dts;
        const id = `s${this.#stretches.length + 1}`;
        this.#stretches.push({ id, startMs: packet.dts, endMs: packet.dts, packets: [...configs] });
      }
      const open = this.#stretches.at(-1);
      open?.packets.push(packet);
      if (open) open.endMs = Math.max(open.endMs, packet.dts);
    }
  }

  hold(text: string, nickname: string): Held {
    const user = { id: randomUUID(), nickname };
    const held: Held = { id: randomUUID(), user, text, ts: new Date().toISOString(), pts: 0 };
    const start = text.indexOf('加');
    if (start >= 0) {
      const hit = { term: '加我看更多', category: 'contact', start, end: text.length, stages: ['homophone'] };
      Object.assign(held, { category: 'contact', hits: [hit] });
    }
    this.held.push(held);
    return held;
  }

  /** The head of a review or delay gate; nothing in any other. */
  desk({ about }: Show): Stretch[] {
    if (about.gate.media.mode !== 'review' && about.gate.media.mode !== 'delay') return [];
    return this.#stretches.map(({ id, startMs, endMs }) => {
      return { id, startMs, endMs, state: this.#states.get(id) ?? 'held' };
    });
  }

  mark(id: string, state: Stretch['state']): void {
    this.#states.set(id, state);
  }

  part(id: string, part: PreviewPart): Preview | undefined {
    const stretch = this.#stretches.find((one) => one.id === id);
    return stretch && preview(stretch.packets, part);
  }

  waiting(show: Show): NonNullable<Broadcast['waiting']> {
    const held = this.desk(show).filter(({ state }) => state === 'held');
    return {
      messages: this.held.length,
      pictureMs: held.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    };
  }

  /** Answers what staff ask of one broadcast by the rest of its path; undefined where it is none of these. */
  answer(show: Show, method: string, rest: string, body: Record<string, unknown>, url: string): unknown {
    const { gate } = show.about;
    switch (`${method} ${rest}`) {
      case 'GET /gate':
        return {
          gate,
          policy: {
            media: { ...gate.media, rule: 'category:chat' },
            messages: { ...gate.messages, rule: 'category:chat' },
          },
          orders:
            gate.media.rule === 'order'
              ? {
                  media: {
                    ...gate.media,
                    by: { id: 'r', nickname: '审核 07' },
                    at: '2026-11-24T01:30:00.000Z',
                  },
                }
              : {},
        };
      case 'PUT /gate':
        show.gate((body['media'] as { mode: 'open' }).mode);
        return show.about.gate;
      case 'GET /held':
        return { items: this.held, next: null };
      case 'GET /cut-off':
        return this.certificate;
      case 'POST /cut-off':
        this.certificate = show.cut(String(body['reason']));
        return this.certificate;
      case 'GET /desk':
        return {
          stretches: this.desk(show),
          preview: {
            url: `${url}/desk/${show.about.id}`,
            token: 'mock',
            expiresAt: new Date().toISOString(),
          },
        };
      case 'POST /desk/seen':
        return { ok: true };
      case 'POST /desk/release':
        this.mark(String(body['upTo']), 'released');
        return { releasedTo: body['upTo'] };
      case 'POST /desk/drop':
        this.mark(String(body['stretch']), 'dropped');
        return { ok: true };
    }
    return undefined;
  }
}

/** Server-sent events: everything that runs, once; then silence, so that a screen stands still. */
export function sendEvents(broadcasts: readonly Broadcast[], answer: ServerResponse): void {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  answer.write('retry: 60000\n\n');
  for (const one of broadcasts) answer.write(`event: broadcast\ndata: ${JSON.stringify(one)}\n\n`);
}

/** The desk's pictures and sound, never kept. */
export function sendPart(show: Show | undefined, path: string, answer: ServerResponse): boolean {
  const [, id = '', part = ''] = /\/(s\d+)\/(still|video|audio)\.mp4$/.exec(path) ?? [];
  const found = show?.staff.part(id, part as PreviewPart);
  if (!found) return false;
  answer.writeHead(200, {
    'content-type': found.type,
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  });
  answer.end(found.body);
  return true;
}
