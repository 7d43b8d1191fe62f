import { encodeEvent } from './event.ts';
import { MEMORY_MESSAGES } from './limits.ts';
import type { PublicMessage } from './record.ts';

type Kept = { id: string; offset: number; json: string | undefined };

/**
 * The latest public messages of a room, encoded, in order of their offsets. A recalled one keeps its place and loses
 * its text. `floor` is the highest offset that is no longer here: what came after it is complete.
 */
export class Memory {
  #kept: Kept[] = [];
  #floor = 0;
  #offset = 0;
  #version = 0;

  get floor(): number {
    return this.#floor;
  }

  /** Highest offset known. */
  get offset(): number {
    return this.#offset;
  }

  /** Grows with each change that makes an earlier encoding of history wrong. */
  get version(): number {
    return this.#version;
  }

  /** Starts from disk: `items` are all public messages after `floor`. */
  load(offset: number, floor: number, items: readonly PublicMessage[]): void {
    this.#kept = [];
    this.#floor = floor;
    this.#offset = floor;
    for (const item of items) this.add(item);
    this.#offset = offset;
    this.#version++;
  }

  /** Takes the next message in. Offsets that were passed over stay without a message. */
  add(message: PublicMessage): void {
    this.#kept.push({
      id: message.id,
      offset: message.offset,
      json: encodeEvent({ t: 'msg', ...message }),
    });
    this.#offset = message.offset;
  }

  /** Passes offsets over that stand on disk and are not to be shown. */
  skipTo(offset: number): void {
    this.#offset = Math.max(this.#offset, offset);
  }

  /** Lets go of the oldest beyond the bound, never of what stands after the offset that `needed` gives. */
  trim(needAfter: () => number): void {
    if (this.#kept.length < 2 * MEMORY_MESSAGES) return;
    const needed = needAfter();
    let count = this.#kept.length - MEMORY_MESSAGES;
    while (count > 0 && (this.#kept[count - 1] as Kept).offset > needed) count--;
    if (count === 0) return;
    this.#floor = (this.#kept[count - 1] as Kept).offset;
    this.#kept.splice(0, count);
  }

  has(id: string): boolean {
    return this.#kept.some((kept) => kept.id === id && kept.json !== undefined);
  }

  /** Whether the message was here and is recalled. */
  recalled(id: string): boolean {
    return this.#kept.some((kept) => kept.id === id && kept.json === undefined);
  }

  recall(id: string): void {
    const kept = this.#kept.find((one) => one.id === id);
    if (!kept) return;
    kept.json = undefined;
    this.#version++;
  }

  /** Encoded messages with `after` < offset ≤ `upTo`. */
  between(after: number, upTo: number): string[] {
    const found: string[] = [];
    for (let i = this.#first(after); i < this.#kept.length; i++) {
      const { offset, json } = this.#kept[i] as Kept;
      if (offset > upTo) break;
      if (json !== undefined) found.push(json);
    }
    return found;
  }

  /** The last `count` encoded messages up to `upTo`, oldest first. */
  latest(upTo: number, count: number): string[] {
    const found: string[] = [];
    for (let i = this.#first(upTo) - 1; i >= 0 && found.length < count; i--) {
      const { json } = this.#kept[i] as Kept;
      if (json !== undefined) found.push(json);
    }
    return found.reverse();
  }

  /** Index of the first message after `offset`. */
  #first(offset: number): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle] as Kept).offset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
