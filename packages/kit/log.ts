import { pino } from 'pino';

/** The logger every process passes down; `child` adds fields. Never given keys, passwords, tokens or identity. */
export type Log = {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
  child(fields: Record<string, unknown>): Log;
};

/** Fields that are cut out wherever they stand in the first two levels: a second fence, not the first. */
const SECRETS = ['password', 'key', 'token', 'authorization', 'cookie', 'phone', 'secret'];

/** A logger that writes JSON lines to stderr under the process's name. */
export function createLog(name: string, level = process.env['WEIR_LOG_LEVEL'] ?? 'info'): Log {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      redact: { paths: SECRETS.flatMap((k) => [k, `*.${k}`]), censor: '[redacted]' },
    },
    pino.destination({ fd: 2, sync: false }),
  ) as Log;
}

/** Says nothing; for tests. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
