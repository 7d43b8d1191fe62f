import type { Rendition, Targets } from './rendition.ts';
import { isIndependent, type Part, type Segment } from './segment.ts';
import type { Stream } from './stream.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(5);

function partLine(part: Part): string {
  return `#EXT-X-PART:DURATION=${seconds(part.durationMs)},URI="${part.name}"${part.independent ? ',INDEPENDENT=YES' : ''}`;
}

/** How many of the listed segments, from the end, still show their parts: those of the last three target durations. */
function withParts(listed: readonly Segment[], targets: Targets): number {
  let lengthMs = 0;
  let count = 0;
  for (const segment of listed.toReversed()) {
    if (lengthMs >= targets.targetS * 3_000) break;
    lengthMs += segment.durationMs;
    count++;
  }
  return count;
}

function head(
  rendition: Rendition,
  listed: readonly Segment[],
  targets: Targets,
  lowLatency: boolean,
): string[] {
  const part = (targets.partMs / 1000).toFixed(3);
  const hold = ((targets.partMs * 3) / 1000).toFixed(3);
  const first = listed[0] ?? rendition.open;
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${lowLatency ? 9 : 7}`,
    `#EXT-X-TARGETDURATION:${targets.targetS}`,
    ...(lowLatency
      ? [
          `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${hold}`,
          `#EXT-X-PART-INF:PART-TARGET=${part}`,
        ]
      : []),
    `#EXT-X-MEDIA-SEQUENCE:${first?.msn ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${first?.run ?? 0}`,
    // A segment that had to be cut without a key frame takes the promise back while it is listed.
    ...(listed.every(isIndependent) ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
  ];
}

/**
 * The media playlist of one rendition (RFC 8216, RFC 8216bis where `lowLatency`), without rendition reports.
 * Delta updates are not offered: the window is shorter than the least CAN-SKIP-UNTIL of six target durations.
 */
export function mediaPlaylist(rendition: Rendition, stream: Stream, lowLatency: boolean): string {
  const { listed, open } = rendition;
  const { targets, ended } = stream;
  const lines = head(rendition, listed, targets, lowLatency);
  const firstWithParts = listed.length - withParts(listed, targets);
  const shown = lowLatency && open && open.parts.length > 0 ? [...listed, open] : listed;
  let previous: Segment | undefined;
  for (const [i, segment] of shown.entries()) {
    for (let run = previous?.run ?? segment.run; run < segment.run; run++) lines.push('#EXT-X-DISCONTINUITY');
    if (previous?.init !== segment.init) lines.push(`#EXT-X-MAP:URI="${segment.init.name}"`);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.wallMs).toISOString()}`);
    if (lowLatency && i >= firstWithParts) lines.push(...segment.parts.map(partLine));
    if (segment !== open) lines.push(`#EXTINF:${seconds(segment.durationMs)},`, segment.name);
    previous = segment;
  }
  if (ended) lines.push('#EXT-X-ENDLIST');
  else if (lowLatency) lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${rendition.nextPart}.m4s"`);
  return `${lines.join('\n')}\n`;
}

/** EXT-X-RENDITION-REPORT for the other rendition, as the address `uri`. */
export function renditionReport(other: Rendition, uri: string): string {
  const last = other.open?.parts.length ? other.open : other.segments.at(-1);
  if (!last) return '';
  return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last.msn},LAST-PART=${last.parts.length - 1}\n`;
}

/** Peak and mean bit rate of what is listed. */
function bitrate(rendition: Rendition): { peak: number; mean: number } {
  let peak = 0;
  let bits = 0;
  let lengthMs = 0;
  for (const { sizeBytes, durationMs } of rendition.segments) {
    peak = Math.max(peak, (sizeBytes * 8_000) / durationMs);
    bits += sizeBytes * 8_000;
    lengthMs += durationMs;
  }
  return { peak: Math.ceil(peak), mean: Math.ceil(bits / Math.max(1, lengthMs)) };
}

/**
 * The multivariant playlist: video with its audio group, and sound alone for those who want or can carry no more.
 * @param query what each playlist's address ends with: the viewer's token
 */
export function multivariantPlaylist({ video, audio }: Stream, query: string): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  const sound = audio.segments.length > 0 && audio.coding?.track === 'audio' ? audio.coding : undefined;
  const picture = video.segments.length > 0 && video.coding?.track === 'video' ? video.coding : undefined;
  const soundRate = sound ? bitrate(audio) : { peak: 0, mean: 0 };
  const group = sound ? ',AUDIO="sound"' : '';
  if (sound)
    lines.push(
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="${sound.channels}",URI="a/index.m3u8${query}"`,
    );
  if (picture) {
    const rate = bitrate(video);
    const codecs = [picture.codecs, ...(sound ? [sound.codecs] : [])].join(',');
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${rate.peak + soundRate.peak},AVERAGE-BANDWIDTH=${rate.mean + soundRate.mean},CODECS="${codecs}",RESOLUTION=${picture.width}x${picture.height}${group}`,
      `v/index.m3u8${query}`,
    );
  }
  if (sound)
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${soundRate.peak},AVERAGE-BANDWIDTH=${soundRate.mean},CODECS="${sound.codecs}"${group}`,
      `a/index.m3u8${query}`,
    );
  return `${lines.join('\n')}\n`;
}
