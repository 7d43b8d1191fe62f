import { Problem } from '@weir/kit';
import { type Coding, readCoding, sampleOf } from '../fmp4/coding.ts';
import { fragment, type Sample } from '../fmp4/fragment.ts';
import { initSegment } from '../fmp4/init.ts';
import { still } from '../fmp4/still.ts';
import type { Packet, VideoPacket } from '../packet.ts';

/** What a desk may ask of a held stretch: its first key frame, its pictures, its sound. */
export type PreviewPart = 'still' | 'video' | 'audio';
export type Preview = { readonly type: string; readonly body: Buffer };

/** A frame's length where nothing follows it and nothing came before, ms. */
const ALONE_MS = 40;
/** Sound whose stamps are off by less is laid end to end: stamps of whole ms would make holes. */
const JITTER_MS = 30;

/**
 * A held stretch as fragmented MP4 for whoever reviews it (ISO/IEC 14496-12 section 8.16), on the gate's input
 * timeline, so that a Media Source plays stretches one after another. `packets` is what `Gate.read` gives:
 * configurations, then frames. A changed configuration begins a new movie within the file.
 * @throws Problem `not_found` where the stretch has no such track, `bad_request` where a configuration is malformed
 */
export function preview(packets: readonly Packet[], part: PreviewPart): Preview {
  const track = part === 'audio' ? 'audio' : 'video';
  const runs = runsOf(packets.filter((packet) => packet.track === track));
  const [first] = runs;
  if (!first) throw new Problem('not_found', `The stretch has no ${track}`);
  const type = `${track}/mp4; codecs="${first.coding.codecs}"`;
  if (part === 'still') {
    const key = first.frames.find((packet): packet is VideoPacket => packet.role === 'key');
    if (first.coding.track !== 'video' || !key)
      throw new Problem('not_found', 'The stretch has no key frame');
    return { type, body: still(first.coding, key) };
  }
  return { type, body: Buffer.concat(runs.flatMap(movie)) };
}

type Run = { coding: Coding; frames: Packet[] };

/** Frames by the configuration they need; a frame without one cannot be shown. */
function runsOf(packets: readonly Packet[]): Run[] {
  const runs: Run[] = [];
  for (const packet of packets) {
    if (packet.role === 'config') runs.push({ coding: readCoding(packet), frames: [] });
    else runs.at(-1)?.frames.push(packet);
  }
  return runs.filter(({ frames }) => frames.length > 0);
}

function movie({ coding, frames }: Run): Buffer[] {
  const samples = coding.track === 'video' ? pictures(frames) : sound(frames, coding.timescale, coding.ticks);
  const [first, ...rest] = samples;
  return first ? [initSegment(coding), fragment(1, [first, ...rest])] : [];
}

function pictures(frames: readonly Packet[]): Sample[] {
  let duration = ALONE_MS;
  return frames.map((frame, n) => {
    const next = frames[n + 1];
    if (next) duration = Math.max(1, Math.round(next.dts) - Math.round(frame.dts));
    const start = Math.max(0, Math.round(frame.dts));
    return { data: sampleOf(frame), start, duration, offset: frame.cts, sync: frame.role === 'key' };
  });
}

function sound(frames: readonly Packet[], timescale: number, ticks: (frame: Buffer) => number): Sample[] {
  const jitter = (JITTER_MS * timescale) / 1000;
  let end: number | undefined;
  const starts = frames.map((frame) => {
    const stamped = Math.max(0, Math.round((frame.dts * timescale) / 1000));
    const start: number = end !== undefined && Math.abs(stamped - end) < jitter ? end : stamped;
    end = start + ticks(frame.payload);
    return start;
  });
  return frames.map((frame, n) => {
    const start = starts[n] ?? 0;
    const next = starts[n + 1] ?? start + ticks(frame.payload);
    return { data: sampleOf(frame), start, duration: Math.max(1, next - start), offset: 0, sync: true };
  });
}
