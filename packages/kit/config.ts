import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'smol-toml';
import { ConfigError, type Key } from './key.ts';
import { KEYS } from './keys.ts';

type Value<K> = K extends Key<infer T> ? T : never;
/** The parsed configuration; one frozen object a process, passed down. */
export type Config = { readonly [K in keyof typeof KEYS]: Value<(typeof KEYS)[K]> };

const fileName = (env: string): string => env.slice('WEIR_'.length).toLowerCase();

function readFile(path: string, must: boolean): Record<string, unknown> {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (why) {
    if (must)
      throw new ConfigError(`WEIR_CONFIG names ${path}, which cannot be read: ${(why as Error).message}`);
    return {};
  }
  let table: Record<string, unknown>;
  try {
    table = parse(source) as Record<string, unknown>;
  } catch (why) {
    throw new ConfigError(`${path} is no TOML: ${(why as Error).message.split('\n')[0]}`);
  }
  // A file says neither where it lies itself nor, where it lies in the data directory, where that is.
  const known = new Set(Object.values(KEYS).map((key) => fileName(key.env)));
  known.delete('config');
  if (!must) known.delete('data_dir');
  for (const name of Object.keys(table)) {
    if (!known.has(name)) throw new ConfigError(`${path} has the key "${name}", which Weir does not know`);
  }
  return table;
}

/**
 * Reads environment, then file, then `defaults` (as in the environment), then each key's own; the first wins.
 * @throws ConfigError one line that names the key and what it must be
 */
export function readConfig(
  env: Record<string, string | undefined> = process.env,
  defaults: Record<string, string> = {},
): Config {
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('WEIR_LIMIT_') && !Object.values(KEYS).some((key) => key.env === name),
  );
  if (unknown) throw new ConfigError(`${unknown} is no limit that Weir knows; see weir config`);
  const named = env['WEIR_CONFIG'] || undefined;
  const where = env['WEIR_DATA_DIR'] || KEYS.dataDir.fallback;
  const file = readFile(named ?? resolve(where, 'weir.toml'), named !== undefined);
  const out: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(KEYS) as [string, Key<unknown>][]) {
    const inFile = (file[fileName(key.env)] as string | number | undefined)?.toString();
    const given = env[key.env] ?? inFile ?? defaults[key.env];
    out[name] = given === undefined || given === '' ? key.fallback : key.read(given);
  }
  out['dataDir'] = resolve(out['dataDir'] as string);
  const config = Object.freeze(out) as Config;
  if ((config.rtmpsPort !== undefined || config.mediaTls === 'on') && !(config.tlsCert && config.tlsKey))
    throw new ConfigError('WEIR_RTMPS_PORT and WEIR_MEDIA_TLS=on need WEIR_TLS_CERT and WEIR_TLS_KEY');
  if (config.tsaUrl && !config.tsaCert)
    throw new ConfigError('WEIR_TSA_URL needs WEIR_TSA_CERT: a time-stamp counts by whose it is');
  return config;
}

/** A value as it would be written in the environment. */
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? value
        .map((item: unknown) => (typeof item === 'object' && item ? Object.values(item).join(' ') : item))
        .join(',')
    : String(value ?? '');

/** One line a key: name, value in force (secrets masked), meaning; what `weir config` prints. */
export function describeConfig(
  config: Config,
): { env: string; value: string; fallback: string; doc: string }[] {
  return (Object.entries(KEYS) as [keyof Config, Key<unknown>][]).map(([name, key]) => {
    const value = config[name];
    const secret = /SECRET|PASSWORD|DATABASE_URL/.test(key.env) && value !== undefined;
    return {
      env: key.env,
      // An address may carry a name and password of its own.
      value: secret ? '••••' : textOf(value).replace(/\/\/[^/@]*@/, '//••••@'),
      fallback: String(key.fallback ?? ''),
      doc: key.doc,
    };
  });
}

/** True where `address` is loopback: the only place for demo accounts and open metrics. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
