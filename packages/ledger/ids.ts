import type { Written } from './record.ts';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

/** The time in ms inside a UUIDv7 (RFC 9562, 5.7); undefined for other ids. */
export function timeOfId(id: string): number | undefined {
  return V7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

/** Times inside the message ids of one segment; `hasOthers` where some have none. */
type Bounds = { from: number; to: number; hasOthers: boolean };

/**
 * Which segments may hold a message, by the time inside its id: a few numbers a segment in place of a table of ids,
 * so that asking for an id that never was reads nothing or one segment.
 */
export class MessageIds {
  readonly #bounds: Bounds[] = [];

  take(record: Written, segment: number): void {
    if (typeof record.id !== 'string' || !record.kind.startsWith('message.')) return;
    this.#bounds[segment] ??= { from: Infinity, to: -Infinity, hasOthers: false };
    const bounds = this.#bounds[segment];
    const time = timeOfId(record.id);
    if (time === undefined) bounds.hasOthers = true;
    else {
      bounds.from = Math.min(bounds.from, time);
      bounds.to = Math.max(bounds.to, time);
    }
  }

  /** True where segment `index` may hold the message. */
  mayHold(index: number, id: string): boolean {
    const bounds = this.#bounds[index];
    const time = timeOfId(id);
    if (!bounds) return false;
    return time === undefined ? bounds.hasOthers : time >= bounds.from && time <= bounds.to;
  }
}
