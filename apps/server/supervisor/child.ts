import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bus, type Clock, type Config, createLog, joinBus, type Log, realClock } from '@weir/kit';
import { followClock } from '../time/follow.ts';
import { givenConfig } from './environment.ts';

/** What a child process works with. */
export type ProcessContext = { config: Config; bus: Bus; log: Log; clock: Clock };
/** What a child's `run` returns: how it is closed, and what the supervisor should know of it. */
export type Running = { close(): Promise<void>; ports?: Record<string, number> };

const CLOSE_WITHIN_MS = 4_000;

const runners = {
  control: async () => (await import('../control/run.ts')).runControl,
  vault: async () => (await import('../vault/run.ts')).runVault,
  edge: async () => (await import('../edge/run.ts')).runEdge,
  demo: async () => (await import('../demo/run.ts')).runDemo,
};

/**
 * Runs one role in this process until the supervisor says stop or is gone.
 * Losing the supervisor is an orderly stop: an edge without control may serve nobody beyond its lease.
 */
export async function runChild(role: keyof typeof runners): Promise<void> {
  process.title = `weir:${role}`;
  const config = givenConfig();
  const run = join(config.dataDir, 'run');
  writeFileSync(join(run, `${role}.pid`), `${process.pid}\n`);
  const log = createLog(role, config.logLevel);
  process.on('unhandledRejection', (why) => {
    log.error({ err: why }, 'unhandled rejection');
    process.exit(1);
  });
  const busPath = process.env['WEIR_INTERNAL_BUS'];
  if (!busPath) throw new Error(`weir ${role} is started by the supervisor; use weir start`);
  const bus = await joinBus(busPath, role);
  const simulated = process.env['WEIR_INTERNAL_SIMULATED'] === '1';
  const clock = simulated ? followClock({ bus, dataDir: config.dataDir, log }) : realClock;
  const running: Running = await (await runners[role]())({ config, bus, log, clock });

  let closing = false;
  const close = (cause: string): void => {
    if (closing) return;
    closing = true;
    log.info({ cause }, 'closing');
    const late = setTimeout(() => process.exit(0), CLOSE_WITHIN_MS);
    void running
      .close()
      .catch((why: unknown) => log.error({ err: why }, 'close failed'))
      .then(() => bus.close())
      .then(() => {
        clearTimeout(late);
        process.exit(0);
      });
  };
  process.on('SIGTERM', () => close('signal'));
  // Ctrl-C reaches the whole group; the supervisor closes its children in order.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => close('supervisor gone'));
  bus.onLost(() => close('bus lost'));
  process.send?.({ ready: true, ports: running.ports ?? {} });
}
