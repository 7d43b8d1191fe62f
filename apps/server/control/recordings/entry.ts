import { dirname } from 'node:path';
import { parseClosed } from '@weir/media/tap/place.ts';

/**
 * A recording that lies in the bucket: `path` as below DATA/media, `bytes` and `hash` (SHA-256, hex) of the file,
 * `object` and `size` of what lies there, encrypted under a key of its own, which is wrapped here (`key`, base64) under
 * the slot `media SLOT`: with that it is gone.
 */
export type Entry = {
  v: 1;
  path: string;
  bytes: number;
  hash: string;
  object: string;
  size: number;
  slot: string;
  key: string;
};

/** Broadcast, UTC day and times of a recording's path. @throws Error where it is none */
export function placeOf(path: string): {
  broadcast: string;
  day: string;
  fromMs: number;
  toMs: number;
  session: string;
} {
  const [broadcast = '', day = '', name = ''] = path.split('/');
  const place = parseClosed(name);
  if (!place || dirname(path) !== `${broadcast}/${day}`) throw new Error(`${path} is no recording`);
  return { broadcast, day, ...place };
}
