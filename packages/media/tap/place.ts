import { join } from 'node:path';

/**
 * Where recordings lie under DATA/media, so that names are the index and nothing else has to be kept:
 * `BROADCAST/DAY/FROM.TO.SESSION.flv` when closed, `.open/FROM.BROADCAST.SESSION.part` while written.
 * FROM and TO are wall time in ms; DAY is the UTC day of FROM.
 */
export const OPEN_FOLDER = '.open';

/** Ids become file names, so they are held to letters, digits and hyphens: no dots, no separators. */
const ID = '[0-9A-Za-z_-]{1,64}';
const CLOSED = new RegExp(`^(\\d{1,16})\\.(\\d{1,16})\\.(${ID})\\.flv$`);
const OPEN = new RegExp(`^(\\d{1,16})\\.(${ID})\\.(${ID})\\.part$`);
const ID_ONLY = new RegExp(`^${ID}$`);

export type Place = { broadcast: string; session: string; fromMs: number };

/** True where `id` can be part of a recording's name. */
export const isPlaceable = (id: string): boolean => ID_ONLY.test(id);

/** The UTC day of `ms`, `YYYY-MM-DD`. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Path of an unfinished segment, relative to DATA/media. */
export const openPath = ({ fromMs, broadcast, session }: Place): string =>
  join(OPEN_FOLDER, `${fromMs}.${broadcast}.${session}.part`);

/** Path of a closed segment, relative to DATA/media. */
export const closedPath = ({ fromMs, broadcast, session }: Place, toMs: number): string =>
  join(broadcast, dayOf(fromMs), `${fromMs}.${toMs}.${session}.flv`);

/** Reads the name of a closed segment; undefined for any other file. */
export function parseClosed(name: string): { fromMs: number; toMs: number; session: string } | undefined {
  const [, from, to, session] = CLOSED.exec(name) ?? [];
  return session === undefined ? undefined : { fromMs: Number(from), toMs: Number(to), session };
}

/** Reads the name of an unfinished segment; undefined for any other file. */
export function parseOpen(name: string): Place | undefined {
  const [, from, broadcast, session] = OPEN.exec(name) ?? [];
  return broadcast === undefined || session === undefined
    ? undefined
    : { fromMs: Number(from), broadcast, session };
}
