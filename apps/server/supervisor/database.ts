import type { Config, Log } from '@weir/kit';
import { realClock } from '@weir/kit';
import { type Postgres, type PostgresAddress, startPostgres } from '../postgres/start.ts';

/** The database as the supervisor sees it: an address for control, and an end. */
export type Database = { address: PostgresAddress | null; stop(): Promise<void> };

const BACKOFF_MS = [100, 500, 1_000, 2_000, 5_000];

/**
 * Keeps the embedded PostgreSQL running: one that ends is started again at the same address, so that control
 * only reconnects. With WEIR_DATABASE_URL there is nothing to keep.
 */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  if (config.databaseUrl) return { address: null, stop: async () => {} };
  let stopped = false;
  let failures = 0;
  let server: Postgres | undefined;
  const watch = (running: Postgres): void => {
    server = running;
    const startedAt = realClock.mono();
    running.onExit((cause) => {
      log.error({ cause }, 'PostgreSQL ended');
      if (realClock.mono() - startedAt > 10_000) failures = 0;
      again();
    });
  };
  const again = (): void => {
    const wait = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)] ?? 5_000;
    realClock.after(wait, () => {
      if (stopped) return;
      startPostgres({ config, log }).then(
        (running) => (stopped ? void running.stop() : watch(running)),
        (why: unknown) => {
          log.error({ err: why }, 'PostgreSQL did not start again');
          again();
        },
      );
    });
  };
  const first = await startPostgres({ config, log });
  watch(first);
  return {
    address: first.connection,
    stop: async () => {
      stopped = true;
      await server?.stop();
    },
  };
}
