import type { Clock, Timer } from '@weir/kit';
import type { ServerEvent } from './event.ts';
import type { Pace } from './pace.ts';

/** How often a room that has slowed down looks whether it may go on. */
const CALM_LOOK_MS = 1_000;

type Options = {
  clock: Clock;
  pace: Pace;
  /** Pause that staff set for this room, ms. */
  slowMs: () => number;
  tell: (event: ServerEvent) => void;
};

/** The pause that a room's people must make between two messages, and what they were last told of it. */
export class Pause {
  readonly #options: Options;
  #told = 0;
  #timer: Timer | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** For whoever is told the whole state of the room: nothing where there is no pause and was none. */
  state(): ServerEvent[] {
    const ms = this.#ms();
    const events: ServerEvent[] = ms > 0 || this.#told > 0 ? [{ t: 'slow', ms }] : [];
    this.#told = ms;
    return events;
  }

  /** Tells everybody when the load has changed the pause, and looks again until that is gone. */
  look(): void {
    const { clock, pace, tell } = this.#options;
    const ms = this.#ms();
    if (ms !== this.#told) {
      this.#told = ms;
      tell({ t: 'slow', ms });
    }
    if (pace.pauseMs === 0 || this.#timer) return;
    this.#timer = clock.after(CALM_LOOK_MS, () => {
      this.#timer = undefined;
      pace.look();
      this.look();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #ms(): number {
    const { pace, slowMs } = this.#options;
    return Math.max(slowMs(), pace.pauseMs);
  }
}
