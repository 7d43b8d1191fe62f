import type { EncoderHealth } from '@weir/look';

/** Figures of an encoder at one time; wall ms. */
export type Sample = EncoderHealth & { at: number };

/** Five minutes at one sample each two seconds. */
const SAMPLES_MOST = 150;

/** A curve is not drawn over less than a minute: a few points would look like a story. */
const SPAN_LEAST = 30;

/** Adds a sample at the end; the oldest goes. */
export function addSample(samples: readonly Sample[], health: EncoderHealth, at: number): Sample[] {
  return [...samples, { ...health, at }].slice(-SAMPLES_MOST);
}

/** What is wrong with what an encoder sends: keys of `studio.warning.*`. */
export type Warning = 'keyInterval' | 'fps' | 'drift' | 'bitrateDrop' | 'bitrateLow';

const KEY_INTERVAL_MOST_MS = 4_000;
const FPS_LEAST = 15;
const DRIFT_MOST_MS = 500;
/** Less than this share of the last minute's middle is a collapse. */
const DROP_SHARE = 0.4;
const BITRATE_LEAST = 300_000;
const SAMPLES_NEEDED = 10;

/**
 * Warnings about the newest sample, most urgent first; `sound` for broadcasts without pictures. A figure
 * of 0 has not been measured yet.
 */
export function warningsOf(samples: readonly Sample[], sound: boolean): Warning[] {
  const last = samples.at(-1);
  if (!last) return [];
  const found: Warning[] = [];
  const recent = samples
    .slice(-30, -1)
    .map((one) => one.bitrate)
    .sort((a, b) => a - b);
  const middle = recent[Math.floor(recent.length / 2)] ?? 0;
  if (recent.length >= SAMPLES_NEEDED && last.bitrate < middle * DROP_SHARE) found.push('bitrateDrop');
  if (!sound && last.fps > 0 && last.fps < FPS_LEAST) found.push('fps');
  if (!sound && last.keyIntervalMs > KEY_INTERVAL_MOST_MS) found.push('keyInterval');
  if (!sound && last.bitrate > 0 && last.bitrate < BITRATE_LEAST && found.length === 0)
    found.push('bitrateLow');
  if (Math.abs(last.driftMs) > DRIFT_MOST_MS) found.push('drift');
  return found;
}

/**
 * Points of a curve for an SVG polyline in a box of `width` × `height`, from the left edge on; `top` is the
 * value at the upper edge.
 */
export function curve(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / (Math.max(values.length, SPAN_LEAST) - 1);
  return values
    .map((value, i) => {
      const share = Math.min(1, Math.max(0, value / Math.max(top, 1)));
      return `${(i * step).toFixed(1)},${(height - share * height).toFixed(1)}`;
    })
    .join(' ');
}
