import type { Clock } from '@weir/kit';
import type { EncoderHealth, Figures } from '../wire.ts';
import type { Broadcasts } from './broadcasts.ts';

export type Live = {
  viewers: number;
  online: number;
  outputMs: number;
  /** What waits in the media gate, ms. */
  waitingMs: number;
  encoder?: EncoderHealth;
};

/** An edge publishes its figures each second; older than this they are no longer true. */
const FRESH_MS = 5_000;

/** Viewers and encoder health as the edges last said. */
export class LiveFigures {
  readonly #byEdge = new Map<string, { at: number; broadcasts: Map<string, Live> }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(figures: Figures): void {
    this.#byEdge.set(figures.edge, {
      at: this.#clock.mono(),
      broadcasts: new Map(figures.broadcasts.map(({ id, ...live }) => [id, live])),
    });
  }

  /** Summed over the edges that spoke lately. */
  of(broadcast: string): Live {
    const sum: Live = { viewers: 0, online: 0, outputMs: 0, waitingMs: 0 };
    for (const { at, broadcasts } of this.#byEdge.values()) {
      const live = this.#clock.mono() - at < FRESH_MS ? broadcasts.get(broadcast) : undefined;
      if (!live) continue;
      sum.viewers += live.viewers;
      sum.online += live.online;
      sum.outputMs = Math.max(sum.outputMs, live.outputMs);
      sum.waitingMs = Math.max(sum.waitingMs, live.waitingMs);
      if (live.encoder) sum.encoder = live.encoder;
    }
    return sum;
  }
}

/** Bit/s of all encoders that send now, as the edges last said. */
export function inflow({ broadcasts, figures }: { broadcasts: Broadcasts; figures: LiveFigures }): number {
  let sum = 0;
  for (const { id } of broadcasts.running()) sum += figures.of(id).encoder?.bitrate ?? 0;
  return sum;
}
