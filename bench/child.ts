import { type ChildProcess, fork, spawn } from 'node:child_process';

/** A process of a bench: its id, what it says, and how to end it. */
export type Child = {
  readonly pid: number;
  /** Sends `message` and resolves with the next answer. */
  ask<T>(message: object): Promise<T>;
  stop(): Promise<void>;
};

const ENV = { ...process.env, NODE_OPTIONS: '' };

/** A child that has not said its first word, or an answer, by then has failed. */
const PATIENCE_MS = 60_000;

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });

/**
 * Starts a TypeScript file under the pinned Node with an IPC channel; resolves after its first message, which
 * is kept as `first`. What it prints goes to stderr (or nowhere where `quiet`): stdout carries rows alone.
 */
export async function startChild<T>(
  file: URL,
  args: readonly string[] = [],
  options: { execArgv?: readonly string[]; quiet?: boolean } = {},
): Promise<Child & { readonly first: T }> {
  const child = fork(file, args, {
    env: ENV,
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.execArgv ?? [])],
    stdio: ['ignore', options.quiet ? 'ignore' : 2, 'inherit', 'ipc'],
  });
  const next = <M>(): Promise<M> =>
    new Promise((done, fail) => {
      const exited = (code: number | null): void => fail(new Error(`${file} ended with status ${code}`));
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        fail(new Error(`${file} has said nothing for ${PATIENCE_MS / 1000} s`));
      }, PATIENCE_MS);
      child.once('exit', exited);
      child.once('message', (message) => {
        clearTimeout(late);
        child.off('exit', exited);
        done(message as M);
      });
    });
  const first = await next<T>();
  return {
    pid: child.pid as number,
    first,
    ask<M>(message: object): Promise<M> {
      const answer = next<M>();
      child.send(message);
      return answer;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

/** Starts a foreign program, its output to stderr (or dropped where `quiet`). */
export function startProgram(
  command: string,
  args: readonly string[],
  options: { cwd?: string; quiet?: boolean } = {},
): { readonly pid: number; stop(): Promise<void> } {
  const out = options.quiet ? 'ignore' : 2;
  const child = spawn(command, args, {
    env: ENV,
    stdio: ['ignore', out, out],
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  child.once('error', (why) => console.error(`${command}: ${why.message}`));
  return {
    pid: child.pid as number,
    async stop() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
