import type { Config } from '@weir/kit';
import type { PostgresAddress } from '../postgres/start.ts';

/** Secrets of the configuration, and who needs them; nobody else is handed one. */
const SECRETS: Partial<Record<keyof Config, readonly string[]>> = {
  databaseUrl: ['control'],
  webhookSecret: ['control'],
  demoPassword: ['control', 'demo'],
};

/**
 * The environment of a child: the one configuration that the supervisor has read, as it stands for this role, and
 * how to reach what it may reach. Whatever the file says later, a child that is started again agrees with the others.
 */
export function childEnv(
  role: string,
  parts: { config: Config; busPath: string; simulated: boolean; postgres: PostgresAddress | null },
): Record<string, string> {
  const config = Object.fromEntries(
    Object.entries(parts.config).filter(([key]) => SECRETS[key as keyof Config]?.includes(role) ?? true),
  );
  return {
    WEIR_INTERNAL_CONFIG: JSON.stringify(config),
    WEIR_INTERNAL_BUS: parts.busPath,
    WEIR_INTERNAL_SIMULATED: parts.simulated ? '1' : '0',
    ...(role === 'control' ? { WEIR_INTERNAL_PG: JSON.stringify(parts.postgres) } : {}),
  };
}

/** What `childEnv` passed on, in the child. @throws Error where nobody started it as one */
export function givenConfig(env = process.env): Config {
  const given = env['WEIR_INTERNAL_CONFIG'];
  if (!given) throw new Error('This process is started by the supervisor; use weir start');
  return Object.freeze(JSON.parse(given) as Config);
}
