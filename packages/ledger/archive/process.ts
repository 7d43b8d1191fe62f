import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '@weir/kit';
import { Problem } from '@weir/kit';
import type { StorageAt } from '../storage/storage.ts';
import type { ArchiveCall, ArchiveRunner } from './archive.ts';

/** The process is ended when nobody has asked for so long: it holds a hundred megabytes. */
const IDLE_MS = 10 * 60_000;
/** Calls that may wait at once. */
const MAX_CALLS = 1_000;

type Waiting = { resolve: (value: unknown) => void; reject: (why: Error) => void };
type Answer = { id: number; value?: unknown; error?: { name: string; message: string; record?: number } };

const PROGRAM = fileURLToPath(new URL(`./archive.child${extname(import.meta.filename)}`, import.meta.url));

/** Carries calls out in a child process: started with the first call, again after it died, ended when it is idle. */
export class ProcessRunner implements ArchiveRunner {
  readonly #at: StorageAt;
  readonly #idle: Timer;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #next = 1;
  #asked = 0;

  constructor(at: StorageAt, clock: Clock) {
    this.#at = at;
    this.#clock = clock;
    this.#idle = clock.every(IDLE_MS, () => {
      if (this.#waiting.size === 0 && clock.mono() - this.#asked > IDLE_MS) this.#end();
    });
  }

  async call(call: ArchiveCall): Promise<unknown> {
    if (call.op === 'forget' && !this.#child) return undefined;
    if (this.#waiting.size >= MAX_CALLS) throw new Problem('busy', 'Too many wait for sealed days');
    this.#asked = this.#clock.mono();
    this.#child ??= this.#start();
    const child = this.#child;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.channel?.ref();
      child.send({ id, call }, (why) => {
        if (why) this.#answer({ id, error: { name: 'Error', message: 'the archive process is gone' } });
      });
    });
  }

  async close(): Promise<void> {
    this.#idle.cancel();
    const child = this.#child;
    if (!child) return;
    // Whoever waits for its end must not end before it.
    child.ref();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.#end();
    await gone;
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, [], {
      serialization: 'advanced',
      execArgv: [],
      // Not as an argument, which everybody may read.
      env: { WEIR_STORAGE_AT: JSON.stringify(this.#at) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (answer: Answer) => this.#answer(answer));
    child.on('error', () => {});
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#failAll();
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #end(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child?.connected) child.disconnect();
    else child?.kill('SIGKILL');
    this.#failAll();
  }

  #failAll(): void {
    for (const id of [...this.#waiting.keys()])
      this.#answer({ id, error: { name: 'Error', message: 'the archive process ended' } });
  }

  #answer({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child?.channel?.unref();
    if (!waiting) return;
    if (error)
      waiting.reject(Object.assign(new Error(error.message), { name: error.name, record: error.record }));
    else waiting.resolve(value);
  }
}
