/** Languages Weir speaks; the catalogue names are the same. */
export type Language = 'zh-CN' | 'en';

/** Times are shown in this zone and name it where they stand alone. */
export const ZONE = 'UTC+8';
const ZONE_MS = 8 * 3_600_000;

/** An instant: ms since 1970 or an ISO 8601 string. */
export type Instant = number | string;

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * `2026-11-24 03:12:05`, in UTC+8. An unreadable instant gives an empty text.
 * @example dateTime('2026-11-23T19:12:05Z') // '2026-11-24 03:12:05'
 */
export function dateTime(at: Instant): string {
  const day = date(at);
  return day && `${day} ${timeOfDay(at)}`;
}

/** `2026-11-24 03:12:05 (UTC+8)`: for a time that stands alone. */
export function dateTimeNamed(at: Instant, language: Language): string {
  const text = dateTime(at);
  if (!text) return '';
  return language === 'zh-CN' ? `${text}（${ZONE}）` : `${text} (${ZONE})`;
}

/** `2026-11-24`, in UTC+8. */
export function date(at: Instant): string {
  const d = shifted(at);
  return d ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}` : '';
}

/** `03:12:05`, in UTC+8. */
export function timeOfDay(at: Instant): string {
  const d = shifted(at);
  return d ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}` : '';
}

/** `03:12`, in UTC+8: for a message in a list. */
export function timeShort(at: Instant): string {
  return timeOfDay(at).slice(0, 5);
}

function shifted(at: Instant): Date | undefined {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms + ZONE_MS) : undefined;
}

/**
 * A number of people or things: `1.2万`, `3.4亿` / `12K`, `340M`. Below ten thousand it is written out.
 * Cut, not rounded: 19,999 viewers are not yet 2万.
 */
export function count(n: number, language: Language): string {
  const whole = Math.max(0, Math.floor(n));
  if (whole < 10_000) return String(whole);
  const steps: readonly [number, string][] =
    language === 'zh-CN'
      ? [
          [1e8, '亿'],
          [1e4, '万'],
        ]
      : [
          [1e9, 'B'],
          [1e6, 'M'],
          [1e3, 'K'],
        ];
  const [unit, mark] = steps.find(([from]) => whole >= from) ?? [1, ''];
  const tenths = Math.floor(whole / (unit / 10)) / 10;
  return `${tenths >= 10 ? Math.floor(tenths) : tenths}${mark}`;
}

/** A span in words: `0.4 秒`, `8 秒`, `3 分 20 秒`, `2 小时 5 分` / `0.4 s`, `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number, language: Language): string {
  const [s, min, h] = language === 'zh-CN' ? ['秒', '分', '小时'] : ['s', 'min', 'h'];
  const spent = Math.max(0, ms);
  if (spent < 10_000) return `${Math.round(spent / 100) / 10} ${s}`;
  const seconds = Math.round(spent / 1000);
  if (seconds < 60) return `${seconds} ${s}`;
  if (seconds < 3600) return join(Math.floor(seconds / 60), min, seconds % 60, s);
  return join(Math.floor(seconds / 3600), h, Math.floor((seconds % 3600) / 60), min);
}

function join(
  big: number,
  bigUnit: string | undefined,
  small: number,
  smallUnit: string | undefined,
): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** A running clock: `03:20`, `2:05:10`. */
export function elapsed(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const rest = `${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return h > 0 ? `${h}:${rest}` : rest;
}

/** Bits a second: `860 kbit/s`, `2.4 Mbit/s`. */
export function bitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 999_500) return `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/** A size in bytes: `860 B`, `12 kB`, `3.4 MB`, `2.0 GB`. */
export function bytes(n: number): string {
  if (n < 1_000) return `${n} B`;
  if (n < 999_500) return `${Math.round(n / 1_000)} kB`;
  return n < 999.95e6 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(1)} GB`;
}
