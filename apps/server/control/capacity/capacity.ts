import { join } from 'node:path';
import { type Clock, type Log, type Metrics, Problem, type Timer } from '@weir/kit';
import { Ballast } from './ballast.ts';
import { Forecast } from './forecast.ts';
import { type Space, spaceOf } from './space.ts';

/**
 * `ok`, `low`: full within the hours that the operator wants to be warned of, `full`: nothing new begins. It is open
 * again when a quarter more than the floor is free, so that it does not flutter.
 */
export type CapacityState = 'ok' | 'low' | 'full';
/** `hoursLeft` until nothing new begins, at the present rate; null while nothing flows in, or too little was seen. */
export type CapacityReport = {
  state: CapacityState;
  free: number;
  total: number;
  bytesPerHour: number | null;
  hoursLeft: number | null;
};

export type CapacityOptions = {
  dataDir: string;
  /** Bytes that stay free, before anything that runs is thought of; 0 refuses nothing. */
  reserve: number;
  warnHours: number;
  ballast: number;
  /** Whether PostgreSQL's data lie on this disk; then it has a ballast of its own. */
  embedded: boolean;
  clock: Clock;
  log: Log;
  /** Bit/s of all encoders that run. */
  inflow: () => number;
  /** Bytes that left this disk for a bucket, ever growing; none without one. */
  moved?: () => number;
  /** Whether what encoders send leaves this disk again. */
  drains?: () => boolean;
  /** Read in place of the disk, where a test says so. */
  space?: () => Promise<Space>;
};

const CHECK_EACH_MS = 1_000;
const REOPEN = 1.25;
/** What runs is given so long to go on: its bytes belong to the floor. */
const GOES_ON_HOURS = 0.25;

/**
 * The room on the data directory's disk: watched, foretold, and refused to what is new before it is gone. Two files
 * of ballast are given up one after the other when what runs uses up the rest.
 */
export class Capacity {
  readonly #options: CapacityOptions;
  readonly #forecast = new Forecast();
  readonly #ballast: readonly Ballast[];
  readonly #timer: Timer;
  #space: Space | undefined;
  #state: CapacityState = 'ok';
  #checking: Promise<void> | undefined;

  private constructor(options: CapacityOptions) {
    this.#options = options;
    const { dataDir, ballast, embedded } = options;
    // PostgreSQL's own comes last: by then the purge has had its room.
    const names = ['ballast', ...(embedded ? ['ballast.postgres'] : [])];
    this.#ballast = names.map((name) => new Ballast(join(dataDir, name), ballast));
    this.#timer = options.clock.every(CHECK_EACH_MS, () => void this.check());
  }

  /** Knows the disk when it resolves. */
  static async open(options: CapacityOptions): Promise<Capacity> {
    const capacity = new Capacity(options);
    await capacity.check();
    return capacity;
  }

  /** @throws Problem `storage_full` where nothing new may begin */
  admit(): void {
    if (this.#state === 'full')
      throw new Problem('storage_full', 'The disk is all but full: what runs goes on, nothing new begins');
  }

  get isFull(): boolean {
    return this.#state === 'full';
  }

  get report(): CapacityReport {
    const { free = 0, total = 0 } = this.#space ?? {};
    const bytesPerHour = this.#rate();
    const left = bytesPerHour > 0 ? Math.max(0, free - this.#options.reserve) / bytesPerHour : null;
    return {
      state: this.#state,
      free,
      total,
      bytesPerHour: bytesPerHour > 0 ? Math.round(bytesPerHour) : null,
      hoursLeft: left === null ? null : Math.round(left * 10) / 10,
    };
  }

  /** Looks at the disk now; one look at a time. Never rejects. */
  check(): Promise<void> {
    this.#checking ??= this.#check()
      .catch((why: unknown) => this.#options.log.error({ err: why }, 'the disk cannot be looked at'))
      .finally(() => {
        this.#checking = undefined;
      });
    return this.#checking;
  }

  /** Figures for Prometheus. */
  count(metrics: Metrics): void {
    metrics.gauge('storage_free_bytes', 'Bytes left on the data directory’s disk', [], (gauge) =>
      gauge.set(this.report.free),
    );
    metrics.gauge('storage_bytes_per_hour', 'How fast that disk fills at present', [], (gauge) =>
      gauge.set(this.report.bytesPerHour ?? 0),
    );
    metrics.gauge('storage_state', '0 ok, 1 low: full before long, 2 full: nothing new begins', [], (gauge) =>
      gauge.set(['ok', 'low', 'full'].indexOf(this.#state)),
    );
  }

  close(): void {
    this.#timer.cancel();
  }

  async #check(): Promise<void> {
    const { clock, dataDir, space } = this.#options;
    this.#space = await (space ?? (() => spaceOf(dataDir)))();
    this.#forecast.note(clock.mono(), this.#space.free, this.#options.moved?.() ?? 0);
    this.#judge(this.#space.free);
    await this.#trim(this.#space.free);
  }

  /**
   * What fills this disk: as seen on it, or as the encoders send, whichever is more. What a bucket takes on does not
   * fill it; what is sent counts again as soon as the bucket is away.
   */
  #rate(): number {
    const sent = this.#options.drains?.() ? 0 : (this.#options.inflow() / 8) * 3_600;
    return Math.max(this.#forecast.bytesPerHour ?? 0, sent);
  }

  #judge(free: number): void {
    const { reserve, warnHours, log } = this.#options;
    const before = this.#state;
    const running = (this.#options.inflow() / 8) * 3_600 * GOES_ON_HOURS;
    const floor = reserve === 0 ? 0 : (reserve + running) * (before === 'full' ? REOPEN : 1);
    const { hoursLeft } = this.report;
    this.#state = free < floor ? 'full' : hoursLeft !== null && hoursLeft < warnHours ? 'low' : 'ok';
    if (this.#state === before) return;
    const fields = { ...this.report, before };
    if (this.#state === 'full') log.error(fields, 'the disk is all but full: nothing new begins');
    else if (this.#state === 'low') log.warn(fields, 'the disk will be full before long');
    else log.info(fields, 'the disk has room');
  }

  /** Gives ballast up when next to nothing is left, and takes it again when there is plenty. */
  async #trim(free: number): Promise<void> {
    const { ballast, reserve, log } = this.#options;
    if (ballast === 0) return;
    const last = this.#ballast.find(({ isThere }) => isThere);
    if (free < ballast / 2 && last) {
      await last.release();
      log.error({ bytes: last.bytes }, 'ballast was given up, so that a purge and PostgreSQL can go on');
      return;
    }
    const missing = this.#ballast.findLast(({ isThere }) => !isThere);
    if (missing && this.#state !== 'full' && free > Math.max(reserve, ballast) + 2 * ballast)
      await missing.take();
  }
}
