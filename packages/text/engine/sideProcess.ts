import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, ftruncate, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Compiled } from './compile.ts';
import { giveBack, memoryFor, take } from './handover.ts';
import { namelessFiles } from './namelessFile.ts';

/** What a process is asked for; it `builds` where the job is to compile a lexicon. */
export type Asked<Job> = { id: number; job: Job; builds: boolean };
/** A lexicon on its way: so many bytes in one of the files between both, and what they hold. */
export type Handed = { file: number; bytes: number; shape: unknown };
/** What it answers to each, once. */
export type Told<Fault> = { id: number; value?: unknown; handed?: Handed; fault?: Fault };

/** Number of the first file between both in the process that compiles. */
export const FIRST_FILE = 4;
/** A process without work ends after this, and with it what it has read. */
const IDLE_MS = 30_000;
/** What half a million of the longest terms take while they are compiled. */
const FLAGS = ['--max-old-space-size=2048', '--disable-warning=ExperimentalWarning'];

type Waiting<Fault> = { told(answer: Told<Fault>): void; failed(why: Error): void };
/** `reading` settles when nothing is read from the files any more. */
type Running = { child: ChildProcess; files: number[]; reading: Promise<unknown> };

/**
 * A process for jobs on lexicons, so that half a million terms stop nobody: it does one after another, behind all that
 * serves. A thread would not do: its collector and its compiler share the helper threads of the one that serves, which
 * have no priority of their own. It begins with the first job, and ends when there has been none for a while. The file
 * it runs calls `serve`. Who asks sees to how many jobs may wait.
 */
export class SideProcess<Job, Fault> {
  readonly #file: URL;
  readonly #errorOf: (fault: Fault) => Error;
  readonly #args: readonly string[];
  readonly #waiting = new Map<number, Waiting<Fault>>();
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;
  #jobs = 0;
  #hasBuilt = false;
  /** Settles when the last job is done: what one writes is read before the next begins. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * `errorOf` makes an error of what `serve` tells of one. `process.argv[3]` is `first` until a lexicon was built: who
   * waits for it to serve at all need not let others go before it. `args` stand from `process.argv[4]` on.
   */
  constructor(file: URL, errorOf: (fault: Fault) => Error, ...args: string[]) {
    this.#file = file;
    this.#errorOf = errorOf;
    this.#args = args;
  }

  /** Jobs that are not done. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws what `errorOf` makes; Error where the process ended */
  async ask(job: Job): Promise<unknown> {
    const { value, fault } = await this.#told(job, false);
    if (fault !== undefined) throw this.#errorOf(fault);
    return value;
  }

  /** A job that compiles a lexicon: its arrays come in one piece of memory, read past this thread. @throws as `ask` */
  async build(job: Job): Promise<Compiled> {
    const { value, fault } = await this.#told(job, true);
    if (fault !== undefined) throw this.#errorOf(fault);
    return value as Compiled;
  }

  /** Ends the process; jobs that are not done fail with `why`. */
  async close(why: Error): Promise<void> {
    this.#end();
    this.#fail(why);
  }

  #told(job: Job, builds: boolean): Promise<Told<Fault>> {
    const before = this.#last;
    const told = new Promise<Told<Fault>>((done, failed) => {
      const id = ++this.#jobs;
      this.#waiting.set(id, { told: done, failed });
      void before.then(() => {
        if (this.#waiting.has(id)) this.#send({ id, job, builds });
      });
    });
    this.#last = told.catch(() => {});
    return told;
  }

  #send(asked: Asked<Job>): void {
    try {
      const { child } = this.#run();
      child.ref();
      child.channel?.ref();
      child.send(asked);
    } catch (why) {
      this.#waiting.get(asked.id)?.failed(why as Error);
      this.#waiting.delete(asked.id);
    }
  }

  #run(): Running {
    clearTimeout(this.#idle);
    if (this.#running) return this.#running;
    const files = namelessFiles();
    const child = fork(
      this.#file,
      [String(files.length), this.#hasBuilt ? 'later' : 'first', ...this.#args],
      {
        execArgv: FLAGS,
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...files],
      },
    );
    const running: Running = { child, files, reading: Promise.resolve() };
    this.#running = running;
    child.on('message', (answer) => void this.#take(running, answer as Told<Fault>));
    const ended = (why: Error): void => {
      if (this.#running !== running) return;
      this.#end();
      this.#fail(why);
    };
    child.on('error', ended);
    child.on('exit', () => ended(new Error('The process for lexicons has ended')));
    return running;
  }

  async #take(running: Running, answer: Told<Fault>): Promise<void> {
    const waiting = this.#waiting.get(answer.id);
    try {
      if (answer.handed) {
        const read = readIn(running.files, answer.handed);
        running.reading = read.catch(() => {});
        waiting?.told({ id: answer.id, value: await read });
        this.#hasBuilt = true;
      } else waiting?.told(answer);
    } catch (why) {
      waiting?.failed(why as Error);
    }
    this.#waiting.delete(answer.id);
    if (this.#waiting.size > 0 || this.#running !== running) return;
    running.child.unref();
    running.child.channel?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  /** Ends the process; the next job begins another. */
  #end(): void {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = undefined;
    running?.child.kill('SIGKILL');
    void running?.reading.then(() => running.files.forEach((file) => void closeSync(file)));
  }

  #fail(why: Error): void {
    for (const [id, { failed }] of [...this.#waiting]) {
      this.#waiting.delete(id);
      failed(why);
    }
  }
}

/** Reads a lexicon by a thread of the pool, and empties the file. @throws Error where it ends too early */
async function readIn(files: readonly number[], { file, bytes, shape }: Handed): Promise<Compiled> {
  const from = files[file] as number;
  const memory = memoryFor(bytes);
  try {
    const into = new Uint8Array(memory, 0, bytes);
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await promisify(read)(from, into, at, bytes - at, at);
      if (bytesRead === 0) throw new Error('A lexicon ended on its way');
      at += bytesRead;
    }
    await promisify(ftruncate)(from, 0);
    return take({ memory, shape });
  } catch (why) {
    giveBack(memory);
    throw why;
  }
}
