import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parse } from 'smol-toml';

/** One configuration key: its name in the environment, default, and what it means. */
type Key<T> = {
  readonly env: string;
  readonly fallback: T;
  readonly read: (text: string) => T;
  readonly doc: string;
};

class ConfigError extends Error {}

const text = (env: string, fallback: string, doc: string): Key<string> => ({
  env,
  fallback,
  read: (t) => t,
  doc,
});

const optional = (env: string, doc: string): Key<string | undefined> => ({
  env,
  fallback: undefined,
  read: (t) => (t === '' ? undefined : t),
  doc,
});

const whole = (
  env: string,
  fallback: number,
  doc: string,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): Key<number> => ({
  env,
  fallback,
  doc,
  read: (t) => {
    const n = Number(t);
    if (!/^\d+$/.test(t) || n < min || n > max)
      throw new ConfigError(`${env} must be a whole number from ${min} to ${max}, not "${t}"`);
    return n;
  },
});

/** A limit: 0 turns it off; `min` is the least that still lets the service work. */
const limit = (env: string, fallback: number, doc: string, min = 1): Key<number> => {
  const key = whole(env, fallback, `${doc}; 0 = no limit`);
  return {
    ...key,
    read: (t) => {
      const n = key.read(t);
      if (n > 0 && n < min) throw new ConfigError(`${env} must be 0 or at least ${min}, not "${t}"`);
      return n;
    },
  };
};

const url = (env: string, schemes: readonly string[], doc: string): Key<string | undefined> => ({
  env,
  fallback: undefined,
  doc,
  read: (t) => {
    const scheme = URL.canParse(t) ? new URL(t).protocol.slice(0, -1) : '';
    // The value itself may hold a password: it is not repeated.
    if (!schemes.includes(scheme))
      throw new ConfigError(`${env} must be an address that begins with ${schemes.join(':// or ')}://`);
    return t;
  },
});

/** A name that is fixed for outsiders before what stands behind it is built: never taken in silence. */
const unbuilt = (env: string, doc: string): Key<undefined> => ({
  env,
  fallback: undefined,
  doc: `${doc}; not built yet`,
  read: () => {
    throw new ConfigError(`${env} is not built yet; unset it`);
  },
});

const port = (env: string, fallback: number, doc: string): Key<number> =>
  whole(env, fallback, doc, 0, 65_535);

const choice = <const C extends string>(
  env: string,
  choices: readonly C[],
  fallback: C,
  doc: string,
): Key<C> => ({
  env,
  fallback,
  doc,
  read: (t) => {
    if (!(choices as readonly string[]).includes(t))
      throw new ConfigError(`${env} must be one of ${choices.join(', ')}, not "${t}"`);
    return t as C;
  },
});

const cidrs = (env: string, doc: string): Key<string[]> => ({
  env,
  fallback: [],
  doc,
  read: (t) => {
    const items = t
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
    for (const item of items) {
      const [address = '', bits] = item.split('/');
      const width = isIP(address) === 6 ? 128 : 32;
      if (!isIP(address) || (bits !== undefined && !(Number(bits) >= 0 && Number(bits) <= width)))
        throw new ConfigError(`${env} must be a list of CIDRs, and "${item}" is none`);
    }
    return items;
  },
});

/** A list of `URL VKEY` pairs; whether the keys are keys is for the one who uses them to say. */
const witnesses = (env: string, doc: string): Key<{ url: string; vkey: string }[]> => ({
  env,
  fallback: [],
  doc,
  read: (t) =>
    t
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean)
      .map((item) => {
        const [url = '', vkey = '', ...rest] = item.split(/\s+/);
        const scheme = URL.canParse(url) ? new URL(url).protocol : '';
        if (!/^https?:$/.test(scheme) || !/^[^+]+\+[0-9a-f]{8}\+\S+$/.test(vkey) || rest.length > 0)
          throw new ConfigError(
            `${env} must be a list of "URL VKEY" with commas between, and "${item}" is none`,
          );
        return { url, vkey };
      }),
});

const HTTP = ['http', 'https'] as const;

/** Every key Weir knows. The one file holds the same names in lower case without the prefix: `http_port = 8080`. */
export const KEYS = {
  configFile: optional(
    'WEIR_CONFIG',
    'path of the configuration file (TOML); default DATA_DIR/weir.toml where it exists',
  ),
  dataDir: text(
    'WEIR_DATA_DIR',
    './data',
    'everything Weir writes lies under it; a second directory is a second, independent Weir',
  ),
  httpPort: port('WEIR_HTTP_PORT', 8080, 'site, console and API; 0 = any free'),
  mediaPort: port('WEIR_MEDIA_PORT', 8081, 'edge: media and rooms; 0 = any free'),
  rtmpPort: port('WEIR_RTMP_PORT', 1935, 'RTMP ingest; 0 = any free'),
  rtmpsPort: {
    ...port(
      'WEIR_RTMPS_PORT',
      0,
      'RTMPS ingest; needs WEIR_TLS_CERT and WEIR_TLS_KEY; 0 = any free, unset = none',
    ),
    fallback: undefined,
  } as Key<number | undefined>,
  tlsCert: optional('WEIR_TLS_CERT', 'certificate chain, PEM file'),
  tlsKey: optional('WEIR_TLS_KEY', 'private key, PEM file'),
  mediaTls: choice(
    'WEIR_MEDIA_TLS',
    ['on', 'off'],
    'off',
    'on: the edge speaks TLS itself, with WEIR_TLS_CERT and WEIR_TLS_KEY; off: nginx in front does',
  ),
  bind: text('WEIR_BIND', '127.0.0.1', 'address to listen on; demo accounts exist only on loopback'),
  publicUrl: url('WEIR_PUBLIC_URL', HTTP, 'what the outside calls site and API (behind nginx, a CDN)'),
  mediaUrl: url('WEIR_MEDIA_URL', HTTP, 'what the outside calls the edge'),
  rtmpUrl: url(
    'WEIR_RTMP_URL',
    ['rtmp', 'rtmps'],
    'what encoders are told, e.g. rtmp://live.example.org/live',
  ),
  databaseUrl: url(
    'WEIR_DATABASE_URL',
    ['postgres', 'postgresql'],
    'a PostgreSQL server of your own instead of the embedded one',
  ),
  kekFile: optional(
    'WEIR_KEK_FILE',
    'the key-encryption key: 32 bytes, made where missing; best on another disk than the data, default DATA_DIR/ledger/kek',
  ),
  s3Url: url(
    'WEIR_S3_URL',
    HTTP,
    'sealed days of the ledger in an S3 bucket instead of a directory: https://KEY:SECRET@HOST/BUCKET/PREFIX?region=R, with lock=governance or compliance and days=N where it has Object Lock; recordings stay in the directory',
  ),
  witness: witnesses(
    'WEIR_WITNESS',
    'who cosigns the checkpoints of the ledger (C2SP tlog-witness): "URL VKEY", several with commas between; VKEY is the line that weir witness prints',
  ),
  tsaUrl: url(
    'WEIR_TSA_URL',
    HTTP,
    'time-stamping authority (RFC 3161) that stamps the checkpoints of the ledger; needs WEIR_TSA_CERT',
  ),
  tsaCert: optional(
    'WEIR_TSA_CERT',
    'certificates of the time-stamping authority that are trusted, or of those above it, PEM file',
  ),
  tsaPolicy: optional('WEIR_TSA_POLICY', 'the one policy (OID) under which time is stamped; any where unset'),
  storageReserve: whole(
    'WEIR_STORAGE_RESERVE',
    536_870_912,
    'bytes of the data directory’s disk below which nothing new begins (a quarter of an hour of what runs is added); 0 refuses nothing',
  ),
  storageWarnHours: whole(
    'WEIR_STORAGE_WARN_HOURS',
    6,
    'warned this many hours before, at the present rate, nothing new begins; 0 = never',
    0,
    87_600,
  ),
  storageBallast: whole(
    'WEIR_STORAGE_BALLAST',
    33_554_432,
    'bytes of each of two files that are given up when the disk is all but full, so that a purge and PostgreSQL can go on; 0 = none',
  ),
  natsUrl: unbuilt('WEIR_NATS_URL', 'the bus over NATS instead of local sockets'),
  demo: choice(
    'WEIR_DEMO',
    ['on', 'accounts', 'off'],
    'off',
    'on: demo accounts and broadcasts; accounts: the accounts alone; off: neither (npm start: on)',
  ),
  demoPassword: optional(
    'WEIR_DEMO_PASSWORD',
    'password of the demo accounts; random and printed where unset',
  ),
  leaseMs: whole('WEIR_LEASE_MS', 10_000, "the edge's lease on a stream, ms", 500, 600_000),
  graceMs: whole(
    'WEIR_GRACE_MS',
    15_000,
    'absence of the publisher before a broadcast has ended, ms',
    0,
    3_600_000,
  ),
  takeoverMs: whole(
    'WEIR_TAKEOVER_MS',
    3_000,
    'silence of the encoder after which a second one with the same key takes over, ms',
    0,
    600_000,
  ),
  trustProxy: cidrs('WEIR_TRUST_PROXY', 'CIDRs that may say Forwarded or X-Forwarded-For'),
  providerName: text('WEIR_PROVIDER_NAME', '堰·台名', 'name of the provider, shown in the footer'),
  providerIcp: optional('WEIR_PROVIDER_ICP', 'ICP filing number, shown in the footer'),
  providerHotline: optional('WEIR_PROVIDER_HOTLINE', 'hotline, shown in the footer'),
  webhookUrl: url('WEIR_WEBHOOK_URL', HTTP, 'where started, interrupted, cut and ended are POSTed'),
  webhookSecret: optional('WEIR_WEBHOOK_SECRET', 'signs webhooks (HMAC-SHA256 over timestamp and body)'),
  purgeUrl: url('WEIR_PURGE_URL', HTTP, 'CDN purge webhook: gets the path prefix of a cut broadcast'),
  logLevel: choice(
    'WEIR_LOG_LEVEL',
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'least level that is logged',
  ),
  limitPerAddress: limit('WEIR_LIMIT_PER_ADDRESS', 200, 'connections from one address to an edge'),
  limitJoinsPerSecond: limit(
    'WEIR_LIMIT_JOINS_PER_SECOND',
    50,
    'new room and media connections a second from one address',
  ),
  limitIngestBitrate: limit(
    'WEIR_LIMIT_INGEST_BITRATE',
    20_000_000,
    'bit/s of one publisher, mean over 10 s',
  ),
  limitIngestChunk: limit(
    'WEIR_LIMIT_INGEST_CHUNK',
    65_536,
    'RTMP chunk size in bytes that an encoder may set',
  ),
  limitIngestMessage: limit('WEIR_LIMIT_INGEST_MESSAGE', 8_388_608, 'RTMP message in bytes'),
  limitIngestMemory: limit(
    'WEIR_LIMIT_INGEST_MEMORY',
    16_777_216,
    'bytes of unfinished RTMP messages of one encoder',
  ),
  limitIngestChunkStreams: limit('WEIR_LIMIT_INGEST_CHUNK_STREAMS', 64, 'RTMP chunk streams of one encoder'),
  limitIngestHandshakeMs: limit('WEIR_LIMIT_INGEST_HANDSHAKE_MS', 5_000, 'handshake to publish, ms'),
  limitIngestFirstFrameMs: limit('WEIR_LIMIT_INGEST_FIRST_FRAME_MS', 10_000, 'publish to first frame, ms'),
  limitIngestIdleMs: limit(
    'WEIR_LIMIT_INGEST_IDLE_MS',
    30_000,
    'silence before an encoder is disconnected, ms',
  ),
  limitIngestPending: limit('WEIR_LIMIT_INGEST_PENDING', 256, 'encoders in handshake at once'),
  limitViewers: limit('WEIR_LIMIT_VIEWERS', 0, 'media connections of one broadcast'),
  limitViewerBuffer: limit(
    'WEIR_LIMIT_VIEWER_BUFFER',
    4_194_304,
    'bytes that may wait for a slow viewer before it is skipped to the next key frame',
    65_536,
  ),
  limitGateMemory: limit(
    'WEIR_LIMIT_GATE_MEMORY',
    33_554_432,
    'bytes a delay or review gate holds in memory before it spills to disk',
    1_048_576,
  ),
  limitGateSpill: limit('WEIR_LIMIT_GATE_SPILL', 2_147_483_648, 'bytes a gate may hold on disk'),
  limitMessageRate: limit(
    'WEIR_LIMIT_MESSAGE_RATE',
    5,
    'messages of one person in one room within 10 s; turned off it turns floods of persons and near-duplicates off too',
  ),
  limitFloodPerson: limit(
    'WEIR_LIMIT_FLOOD_PERSON',
    30,
    'messages of one person in all rooms of an edge within a minute; beyond it slower, beyond twice that held, beyond four times muted for 10 minutes',
  ),
  limitFloodAddress: limit(
    'WEIR_LIMIT_FLOOD_ADDRESS',
    2_000,
    'messages from one address within a minute; beyond it slower, beyond twice that held',
  ),
  limitFloodRoom: limit(
    'WEIR_LIMIT_FLOOD_ROOM',
    12_000,
    'messages in one room within a minute; beyond it slower',
  ),
  limitFloodAlike: limit(
    'WEIR_LIMIT_FLOOD_ALIKE',
    10,
    'near-duplicates (8 letters or more) in one room within a minute; beyond it slower, beyond twice that held, and of one person beyond four times muted',
  ),
  limitFloodAlikeRooms: limit(
    'WEIR_LIMIT_FLOOD_ALIKE_ROOMS',
    15,
    'near-duplicates over three or more rooms of an edge within a minute; beyond it held',
  ),
  limitFloodNewcomers: limit(
    'WEIR_LIMIT_FLOOD_NEWCOMERS',
    20,
    'accounts younger than a day that speak in one room within a minute, where they are most who speak; beyond it theirs are held',
  ),
  limitContests: limit('WEIR_LIMIT_CONTESTS', 10, 'contests of one person within an hour'),
  limitSignIns: limit('WEIR_LIMIT_SIGN_INS', 64, 'password checks that may wait; beyond it 429', 1),
  limitLexiconBytes: limit(
    'WEIR_LIMIT_LEXICON_BYTES',
    33_554_432,
    'body of an API request that brings a lexicon',
    1_024,
  ),
  limitHoldBytes: limit(
    'WEIR_LIMIT_HOLD_BYTES',
    21_474_836_480,
    'bytes that all holds together may take; a hold that would pass it is refused',
  ),
  limitBodyBytes: limit('WEIR_LIMIT_BODY_BYTES', 65_536, 'body of an API request', 1_024),
} as const;

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
