import { dayOf } from '../keys/day.ts';

const DAY_MS = 24 * 3_600_000;
/** Asia/Shanghai has no daylight saving time. */
const OFFSET_MS = 8 * 3_600_000;

/** The instant (ms) at which a day of Asia/Shanghai begins. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) - OFFSET_MS;

/** The day `days` after another. */
export const daysAfter = (day: string, days: number): string => dayOf(startOf(day) + days * DAY_MS);

/** The first day on which what counts from `ts` (ms) is gone: `days` whole days after the day of `ts` have passed. */
export const goneOn = (ts: number, days: number): string => daysAfter(dayOf(ts), days + 1);
