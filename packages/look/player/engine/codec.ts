/** A full codec string for each FourCC of enhanced RTMP, enough to ask a browser whether it plays the family. */
const PROBES: Readonly<Record<string, readonly [name: string, probe: string]>> = {
  avc1: ['H.264', 'avc1.640028'],
  hvc1: ['HEVC', 'hvc1.1.6.L93.B0'],
  av01: ['AV1', 'av01.0.05M.08'],
  vp09: ['VP9', 'vp09.00.10.08'],
};

/** The name of a codec that this browser's Media Source does not play; undefined where it does, or nobody knows. */
export function unplayable(fourCC: string): string | undefined {
  const known = PROBES[fourCC];
  if (!known) return undefined;
  const source =
    globalThis.MediaSource ?? (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource;
  return source?.isTypeSupported(`video/mp4; codecs="${known[1]}"`) ? undefined : known[0];
}
