import { isIP } from 'node:net';

/** One configuration key: its name in the environment, default, and what it means. */
export type Key<T> = {
  readonly env: string;
  readonly fallback: T;
  readonly read: (text: string) => T;
  readonly doc: string;
};

/** What a person reads where a key is wrong: one line that names it and what it must be. */
export class ConfigError extends Error {}

export const text = (env: string, fallback: string, doc: string): Key<string> => ({
  env,
  fallback,
  read: (t) => t,
  doc,
});

export const optional = (env: string, doc: string): Key<string | undefined> => ({
  env,
  fallback: undefined,
  read: (t) => (t === '' ? undefined : t),
  doc,
});

export const whole = (
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
export const limit = (env: string, fallback: number, doc: string, min = 1): Key<number> => {
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

export const url = (env: string, schemes: readonly string[], doc: string): Key<string | undefined> => ({
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
export const unbuilt = (env: string, doc: string): Key<undefined> => ({
  env,
  fallback: undefined,
  doc: `${doc}; not built yet`,
  read: () => {
    throw new ConfigError(`${env} is not built yet; unset it`);
  },
});

export const port = (env: string, fallback: number, doc: string): Key<number> =>
  whole(env, fallback, doc, 0, 65_535);

export const choice = <const C extends string>(
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

export const cidrs = (env: string, doc: string): Key<string[]> => ({
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
export const witnesses = (env: string, doc: string): Key<{ url: string; vkey: string }[]> => ({
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
