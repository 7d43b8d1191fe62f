import type { Bus, Clock, Log, Timer } from '@weir/kit';
import type { HitCounts } from '../lexicon/counts.ts';
import type { HitReport } from '../wire.ts';

const EACH_MS = 1_000;

/**
 * Tells control each second what the screen has found. A report that is not answered is sent again; what is found
 * meanwhile is counted on, in bounded memory.
 */
export class HitReports {
  readonly #timer: Timer;
  readonly #send: (report: HitReport) => Promise<unknown>;
  readonly #log: Log;
  #report: HitReport | undefined;
  #n = 0;
  #sending = false;

  constructor(options: { bus: Bus; clock: Clock; log: Log; edge: string; counts: () => HitCounts }) {
    const { bus, clock, edge, counts } = options;
    this.#log = options.log;
    this.#send = (report) => bus.request('control.hits', report);
    this.#timer = clock.every(EACH_MS, () => {
      if (this.#sending) return;
      if (!this.#report) {
        const found = counts().drain();
        if (found.length === 0) return;
        this.#report = { edge, boot: bus.boot, n: ++this.#n, counts: found };
      }
      void this.#tell(this.#report);
    });
  }

  close(): void {
    this.#timer.cancel();
  }

  async #tell(report: HitReport): Promise<void> {
    this.#sending = true;
    try {
      await this.#send(report);
      this.#report = undefined;
    } catch (why) {
      this.#log.debug({ err: why }, 'hits not told yet');
    } finally {
      this.#sending = false;
    }
  }
}
