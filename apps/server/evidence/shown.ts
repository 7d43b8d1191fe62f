import { createHash } from 'node:crypto';

/** Logs whose records a bundle chooses; in `access` it has the record of its own taking. */
const CHOSEN = ['content', 'moderation'] as const;
export type Chosen = Partial<Record<(typeof CHOSEN)[number], readonly number[]>>;

/**
 * What a record `evidence.clipped` says of the records in its bundle: SHA-256 (hex) over a line `LOG NUMBER` for each,
 * by log and number. So nobody hands on a bundle without some of what was said.
 */
export function shownDigest(chosen: Chosen): string {
  const sha = createHash('sha256');
  for (const log of CHOSEN)
    for (const n of [...new Set(chosen[log] ?? [])].sort((a, b) => a - b)) sha.update(`${log} ${n}\n`);
  return sha.digest('hex');
}
