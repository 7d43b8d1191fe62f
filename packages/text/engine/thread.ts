import { Worker } from 'node:worker_threads';
import type { Compiled } from './compile.ts';
import { giveBack, type Handed, type Room, roomForNext, take } from './handover.ts';

/** What a thread is asked for; with a `room` where the job is to compile a lexicon. */
export type Asked<Job> = { id: number; job: Job; room?: Room };
/** What it answers to each, once. */
export type Told<Fault> = { id: number; value?: unknown; handed?: Handed; fault?: Fault };

/** A thread without work ends after this, and with it what it has read. */
const IDLE_MS = 30_000;
/** What half a million of the longest terms take while they are compiled. */
const MAX_HEAP_MB = 2_048;

type Waiting<Fault> = { told(answer: Told<Fault>): void; failed(why: Error): void };

/**
 * A thread for jobs on lexicons, so that half a million terms stop nobody: it does one after another, at a lower
 * priority than the one that asks. It begins with the first job, and ends when there has been none for a while. The
 * file it runs calls `serve`. Who asks sees to how many jobs may wait.
 */
export class Thread<Job, Fault> {
  readonly #file: URL;
  readonly #errorOf: (fault: Fault) => Error;
  readonly #data: unknown;
  readonly #waiting = new Map<number, Waiting<Fault>>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #jobs = 0;

  /** `errorOf` makes an error of what `serve` tells of one; `data` is the thread's `workerData`. */
  constructor(file: URL, errorOf: (fault: Fault) => Error, data?: unknown) {
    this.#file = file;
    this.#errorOf = errorOf;
    this.#data = data;
  }

  /** Jobs that are not done. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws what `errorOf` makes; Error where the thread ended */
  async ask(job: Job): Promise<unknown> {
    const { value, fault } = await this.#told(job);
    if (fault !== undefined) throw this.#errorOf(fault);
    return value;
  }

  /** A job that compiles a lexicon: its arrays come in memory that the threads share. @throws as `ask` */
  async build(job: Job): Promise<Compiled> {
    const room = roomForNext();
    const { handed, fault } = await this.#told(job, room);
    if (handed) return take(handed, room);
    giveBack(room);
    throw this.#errorOf(fault as Fault);
  }

  /** Ends the thread; jobs that are not done fail with `why`. */
  async close(why: Error): Promise<void> {
    const worker = this.#leave();
    this.#fail(why);
    await worker?.terminate();
  }

  #told(job: Job, room?: Room): Promise<Told<Fault>> {
    return new Promise((told, failed) => {
      const id = ++this.#jobs;
      this.#waiting.set(id, { told, failed });
      const worker = this.#running();
      worker.ref();
      worker.postMessage({ id, job, ...(room ? { room } : {}) } satisfies Asked<Job>);
    });
  }

  #running(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#file, {
      workerData: this.#data,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    worker.on('message', (answer: Told<Fault>) => this.#take(worker, answer));
    worker.on('error', (why) => {
      if (this.#worker !== worker) return;
      this.#leave();
      this.#fail(why as Error);
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#leave();
      this.#fail(new Error('The thread for lexicons has ended'));
    });
    return worker;
  }

  #take(worker: Worker, answer: Told<Fault>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.told(answer);
    if (this.#waiting.size > 0 || this.#worker !== worker) return;
    worker.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#leave()?.terminate(), IDLE_MS).unref();
  }

  /** Turns away from the thread; the next job begins another. */
  #leave(): Worker | undefined {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    return worker;
  }

  #fail(why: Error): void {
    for (const [id, { failed }] of [...this.#waiting]) {
      this.#waiting.delete(id);
      failed(why);
    }
  }
}
