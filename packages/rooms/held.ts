import { MAX_HELD } from './limits.ts';
import type { Author, HeldMessage, HeldMode } from './record.ts';
import { PASSED, type Screened } from './screen.ts';

/** A message in the gate. `moving`: its publication or refusal is on the way to disk. */
export type Held = {
  id: string;
  user: Author;
  text: string;
  /** When it began to wait, monotonic ms: nobody who moves wall time shortens a delay. */
  since: number;
  waits: HeldMode;
  screened: Screened;
  moving: boolean;
};

/** The messages in a room's gate, in order of sending. */
export class HeldMessages {
  readonly #items = new Map<string, Held>();

  get full(): boolean {
    return this.#items.size >= MAX_HELD;
  }

  get size(): number {
    return this.#items.size;
  }

  /**
   * Starts from disk. A message waits for its delay again only where it did and the gate still stands at `delay`:
   * in every other case somebody may have meant it to wait for a person. The delay begins anew at `now`, monotonic ms,
   * as the picture's does.
   */
  load(items: readonly HeldMessage[], mode: string | undefined, now: number): void {
    for (const { id, user, text, mode: was, category = '', hits = [], trace = [] } of items) {
      const waits = was === 'delay' && mode === 'delay' ? 'delay' : 'review';
      const screened = trace.length > 0 ? { ...PASSED, category, hits, trace } : PASSED;
      this.#items.set(id, { id, user, text, since: now, waits, screened, moving: false });
    }
  }

  add(held: Held): void {
    this.#items.set(held.id, held);
  }

  get(id: string): Held | undefined {
    return this.#items.get(id);
  }

  delete(id: string): void {
    this.#items.delete(id);
  }

  /** Ids of those that wait; not of those on their way to disk. */
  waiting(): string[] {
    return [...this.#items.values()].filter(({ moving }) => !moving).map(({ id }) => id);
  }

  /** From now on all wait for a person: what `review` has held passes by no clock later. */
  waitForPerson(): void {
    for (const held of this.#items.values()) held.waits = 'review';
  }

  /** Whether any waits for its delay, so that the room must stay in memory. */
  get ticking(): boolean {
    for (const held of this.#items.values()) if (held.waits === 'delay') return true;
    return false;
  }

  /** Those whose delay is over at monotonic time `now`, in order, and when the next one is due. */
  due(now: number, delayMs: number): { items: Held[]; nextAt: number | undefined } {
    const items: Held[] = [];
    for (const held of this.#items.values()) {
      if (held.waits !== 'delay' || held.moving) continue;
      const dueAt = held.since + delayMs;
      // The first that must wait holds back the rest: order is kept.
      if (dueAt > now) return { items, nextAt: dueAt };
      items.push(held);
    }
    return { items, nextAt: undefined };
  }
}
