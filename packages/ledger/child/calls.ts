import { type ChildProcess, fork } from 'node:child_process';
import { type Clock, Problem, type Timer } from '@weir/kit';

/** The process is ended when nobody has asked for so long: it holds a hundred megabytes. */
const IDLE_MS = 10 * 60_000;
/** Calls that may wait at once. */
const MAX_CALLS = 1_000;

/** What a call became, as it comes back. */
export type Answer = {
  id: number;
  value?: unknown;
  error?: { name: string; message: string; record?: number; problem?: object };
};
type Waiting = { resolve: (value: unknown) => void; reject: (why: Error) => void };

/** Calls to a program in a child process: started with the first, again after it died, ended when it is idle. */
export class ChildCalls {
  readonly #program: string;
  readonly #env: Record<string, string>;
  readonly #flags: readonly string[];
  readonly #what: string;
  readonly #idle: Timer;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #next = 1;
  #asked = 0;

  /**
   * @param what the process is called where it is gone
   * @param flags what Node is started with
   */
  constructor({
    program,
    env,
    what,
    clock,
    flags = [],
  }: {
    program: string;
    env: Record<string, string>;
    what: string;
    clock: Clock;
    flags?: readonly string[];
  }) {
    this.#program = program;
    this.#env = env;
    this.#flags = flags;
    this.#what = what;
    this.#clock = clock;
    this.#idle = clock.every(IDLE_MS, () => {
      if (this.#waiting.size === 0 && clock.mono() - this.#asked > IDLE_MS) this.#end();
    });
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  async call(call: unknown): Promise<unknown> {
    if (this.#waiting.size >= MAX_CALLS) throw new Problem('busy', `Too many wait for ${this.#what}`);
    this.#asked = this.#clock.mono();
    this.#child ??= this.#start();
    const child = this.#child;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.channel?.ref();
      child.send({ id, call }, (why) => {
        if (why) this.#answer({ id, error: { name: 'Error', message: `${this.#what} is gone` } });
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
    const child = fork(this.#program, [], {
      serialization: 'advanced',
      execArgv: [...this.#flags],
      // Not as arguments, which everybody may read.
      env: this.#env,
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
      this.#answer({ id, error: { name: 'Error', message: `${this.#what} ended` } });
  }

  #answer({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child?.channel?.unref();
    if (!waiting) return;
    if (error?.problem) waiting.reject(Problem.from(error.problem));
    else if (error)
      waiting.reject(Object.assign(new Error(error.message), { name: error.name, record: error.record }));
    else waiting.resolve(value);
  }
}
