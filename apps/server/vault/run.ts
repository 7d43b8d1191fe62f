import { execFile } from 'node:child_process';
import { type Bus, type Clock, type Config, type Log, Metrics, Problem } from '@weir/kit';
import { type HashAsk, MAX_PASSWORD_CHARS, type VerifyAsk } from './ask.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { oneAtATime } from './queue.ts';

const CHECK_SECONDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

function passwordOf(body: unknown): string {
  const { password } = body as HashAsk;
  if (typeof password !== 'string' || password.length > MAX_PASSWORD_CHARS)
    throw new Problem('bad_request', `A password is a text of at most ${MAX_PASSWORD_CHARS} characters`);
  return password;
}

/**
 * The vault process: what must not share memory or a thread pool with the rest. Here: password hashing,
 * one at a time. Serves `vault.hash` and `vault.verify`; no HTTP, no inspector, no core dump.
 */
export async function runVault({
  config,
  bus,
  log,
  clock,
}: {
  config: Config;
  bus: Bus;
  log: Log;
  clock: Clock;
}): Promise<{ close(): Promise<void> }> {
  closeDoors(log);
  const metrics = new Metrics('vault').withRuntime();
  const queue = oneAtATime(config.limitSignIns || Number.POSITIVE_INFINITY);
  const seconds = metrics.histogram(
    'password_seconds',
    'Time of one password check, waiting included',
    CHECK_SECONDS,
  );
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const from = clock.mono();
    try {
      return await queue.run(work);
    } finally {
      seconds.observe((clock.mono() - from) / 1000);
    }
  };
  const stops = [
    bus.serve('vault.hash', async (body) => {
      const password = passwordOf(body);
      return { hash: await timed(() => hashPassword(password)) };
    }),
    bus.serve('vault.verify', async (body) => {
      const password = passwordOf(body);
      const { hash } = body as VerifyAsk;
      return { ok: await timed(() => verifyPassword(password, hash ?? undefined)) };
    }),
    bus.serve('metrics.vault', () => metrics.registry.metrics()),
  ];
  return {
    async close() {
      for (const stop of stops) stop();
    },
  };
}

/** A signal must not open the inspector, and a crash must not write memory to disk. */
function closeDoors(log: Log): void {
  process.on('SIGUSR1', () => log.warn({}, 'SIGUSR1 ignored: the vault has no inspector'));
  if (process.platform !== 'linux') return;
  execFile('prlimit', ['--pid', String(process.pid), '--core=0:0'], (why) => {
    if (why) log.warn({ err: why.message }, 'core dumps could not be turned off; do so in the service unit');
  });
}
