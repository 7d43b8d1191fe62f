import { WrongUse } from '../cli/misuse.ts';

/** A clock moves on by so much at once, ms: longer ways are gone in steps, so that no slip of the finger is far. */
export const MAX_MOVE_MS = 400 * 86_400_000;

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration such as `59d`, `12h`, `30m`, `45s`: from 1 s to `maxMs`.
 * @throws WrongUse on anything else
 */
export function durationOf(text: string, maxMs: number): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (ms <= 0 || ms > maxMs)
    throw new WrongUse(
      `"${text}" is no time to move on by: a whole number with s, m, h or d, such as 59d, up to ${maxMs / 86_400_000}d`,
    );
  return ms;
}
