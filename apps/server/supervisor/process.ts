import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock, Log } from '@weir/kit';

export type Ports = Record<string, number>;

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const BACKOFF_MS = [50, 200, 500, 1_000, 2_000, 5_000];
/** A child that ran this long has earned a quick restart. */
const STEADY_MS = 10_000;

/** The environment without Weir's own keys: what they say was read once, and is passed on as such. */
const foreign = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')));

/**
 * One child of the supervisor: started, watched, restarted with back-off, stopped.
 * States: `starting` until it reports ready; `up`; `waiting` between an exit and the next start; `stopped` for good.
 */
export class Child {
  readonly role: string;
  readonly #env: () => Record<string, string>;
  readonly #log: Log;
  readonly #clock: Clock;
  #process: ChildProcess | undefined;
  #stopped = false;
  #failures = 0;
  #exited: Promise<void> = Promise.resolve();

  readonly #onEnd: ((role: string) => void) | undefined;

  constructor(options: {
    role: string;
    env: () => Record<string, string>;
    log: Log;
    clock: Clock;
    /** Called each time it ended without being asked to. */
    onEnd?: (role: string) => void;
  }) {
    this.#onEnd = options.onEnd;
    this.role = options.role;
    this.#env = options.env;
    this.#log = options.log;
    this.#clock = options.clock;
  }

  /** Starts it; resolves with its ports when it first reports ready, rejects if it ends before that or was stopped. */
  start(): Promise<Ports> {
    if (this.#stopped) return Promise.reject(new Error(`weir:${this.role} was stopped`));
    return new Promise((resolve, reject) => {
      const startedAt = this.#clock.mono();
      let ready = false;
      const child = spawn(process.execPath, [...process.execArgv, MAIN, this.role], {
        env: { ...foreign(), ...this.#env() },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      this.#process = child;
      child.on('message', (message) => {
        const { ports } = message as { ready: true; ports: Ports };
        ready = true;
        resolve(ports);
      });
      this.#exited = new Promise((gone) => {
        child.once('exit', (code, signal) => {
          gone();
          if (!ready) reject(new Error(`weir:${this.role} ended before it was ready (${signal ?? code})`));
          if (this.#stopped) return;
          this.#onEnd?.(this.role);
          if (this.#clock.mono() - startedAt > STEADY_MS) this.#failures = 0;
          const wait = BACKOFF_MS[Math.min(this.#failures++, BACKOFF_MS.length - 1)] ?? 5_000;
          this.#log.warn({ role: this.role, code, signal, restart_ms: wait }, 'child ended');
          this.#clock.after(wait, () => {
            if (!this.#stopped) this.start().catch(() => {});
          });
        });
      });
    });
  }

  /** Ends it for good: SIGTERM, then SIGKILL after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = this.#clock.after(withinMs, () => child.kill('SIGKILL'));
    await this.#exited;
    late.cancel();
  }
}
