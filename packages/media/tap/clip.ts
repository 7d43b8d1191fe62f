import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@weir/kit';
import type { AudioPacket, Packet, VideoPacket } from '../packet.ts';
import { ClipFile } from './clipFile.ts';
import { readSegment } from './read.ts';
import type { Recording } from './recordings.ts';
import { localShelf, type Shelf } from './shelf.ts';

/** Longest stretch of one clip, ms. */
export const LONGEST_CLIP_MS = 60 * 60_000;
/** Parts of one clip at most: an encoder that changes its coding all the time has no evidence to give beyond that. */
const MOST_PARTS = 32;
/** A leap of the publisher's times beyond this begins another part, so that a part's clock is the wall's. */
const LEAP_MS = 1_000;
/** Sound may begin before the last frame of sound has ended, where an encoder's source goes round: it comes a little later then. */
const OVERLAP_MS = 100;

/** One file of a clip: wall ms of its first and last frame (times are the recorder's), SHA-256 in hex. */
export type ClipPart = {
  file: string;
  fromMs: number;
  toMs: number;
  frames: number;
  codecs: string[];
  bytes: number;
  hash: string;
};
/** `segments`: the recorded files that hold every frame of the parts, `path` relative to DATA/media. */
export type Clip = { parts: ClipPart[]; segments: Recording[] };

type Configs = { video?: VideoPacket; audio?: AudioPacket };

/**
 * Cuts what came in for a broadcast between two wall times (ms) into MP4 files in folder `out`, without coding
 * anything again: from the last key frame at or before `from` to the last frame before `to`. Another part begins where
 * the publisher came back, leapt in time or changed the coding. Memory: one frame. `where`: DATA/media, or what knows
 * where each lies.
 * @throws Problem `bad_request` where the stretch is empty or over an hour; `not_found` where nothing was recorded;
 *   `conflict` where its end is still being written
 */
export async function cutClip(
  where: string | Shelf,
  broadcast: string,
  { from, to }: { from: number; to: number },
  out: string,
): Promise<Clip> {
  if (!(to > from) || to - from > LONGEST_CLIP_MS)
    throw new Problem('bad_request', 'A clip is longer than nothing and at most an hour');
  // A file that begins where the stretch ends is none of it.
  const shelf = typeof where === 'string' ? localShelf(where) : where;
  const segments = (await shelf.list(broadcast, { from, to })).filter(({ fromMs }) => fromMs < to);
  if (segments.length === 0) throw new Problem('not_found', 'Nothing was recorded then');
  if (segments.some(({ toMs }) => toMs === undefined))
    throw new Problem(
      'conflict',
      'The end of this stretch is still being written; ask again in some seconds',
    );
  const cutter = new Cutter(out, await firstKey(shelf, segments, from), to);
  try {
    for (const segment of segments) await cutter.take(segment, readSegment(await shelf.open(segment.path)));
    const parts = await cutter.end();
    if (parts.length === 0) throw new Problem('not_found', 'No frame was recorded then');
    const [first, last] = [parts[0] as ClipPart, parts.at(-1) as ClipPart];
    const used = segments.filter((one) => (one.toMs as number) >= first.fromMs && one.fromMs <= last.toMs);
    return { parts, segments: used };
  } catch (why) {
    await cutter.abandon();
    throw why;
  }
}

/**
 * Wall times of packets: a session's own stamps from its first packet on, since those of two files, which say when a
 * packet came, may overlap by the network's unrest. Where the stamps leap, the file's time counts anew.
 */
class WallTimes {
  #session: string | undefined;
  #origin = 0;

  async *of(segment: Recording, packets: AsyncIterable<Packet>): AsyncGenerator<[Packet, number]> {
    let isFirst = true;
    for await (const packet of packets) {
      if (isFirst) {
        const origin = segment.fromMs - packet.dts;
        if (this.#session !== segment.session || Math.abs(origin - this.#origin) > LEAP_MS)
          this.#origin = origin;
        this.#session = segment.session;
        isFirst = false;
      }
      yield [packet, this.#origin + packet.dts];
    }
  }
}

/** Wall time of the last key frame at or before `from`; `from` itself where there is none, or no picture. */
async function firstKey(shelf: Shelf, segments: readonly Recording[], from: number): Promise<number> {
  let found = from;
  const times = new WallTimes();
  for (const segment of segments) {
    if (segment.fromMs > from) break;
    for await (const [packet, at] of times.of(segment, readSegment(await shelf.open(segment.path)))) {
      if (at > from) break;
      if (packet.role === 'key') found = at;
    }
  }
  return found;
}

/** Takes packets in order and writes those of the stretch, each part to a file of its own. */
class Cutter {
  readonly #out: string;
  readonly #from: number;
  readonly #to: number;
  readonly #parts: ClipPart[] = [];
  #configs: Configs = {};
  #session: string | undefined;
  #file: ClipFile | undefined;
  readonly #times = new WallTimes();
  #last = { video: 0, audio: 0 };

  constructor(out: string, from: number, to: number) {
    this.#out = out;
    this.#from = from;
    this.#to = to;
  }

  async take(segment: Recording, packets: AsyncIterable<Packet>): Promise<void> {
    if (segment.session !== this.#session) {
      await this.#close();
      this.#configs = {};
      this.#session = segment.session;
    }
    for await (const [packet, at] of this.#times.of(segment, packets)) {
      if (packet.role === 'config') await this.#configure(packet);
      else if (at >= this.#from && at < this.#to) await this.#write(packet, at);
    }
  }

  async end(): Promise<ClipPart[]> {
    await this.#close();
    return this.#parts;
  }

  async abandon(): Promise<void> {
    await this.#file?.abandon();
  }

  async #configure(packet: Packet): Promise<void> {
    const before = this.#configs[packet.track];
    if (before?.codec === packet.codec && before.payload.equals(packet.payload)) return;
    // A configuration that no reader knows ends the part; the frames that need it are left out.
    await this.#close();
    this.#configs = { ...this.#configs, [packet.track]: packet };
  }

  async #write(packet: Packet, arrived: number): Promise<void> {
    const isStart = packet.track === 'video' ? packet.role === 'key' : this.#configs.video === undefined;
    const last = this.#last[packet.track];
    const overlaps = packet.track === 'audio' && arrived < last && last - arrived <= OVERLAP_MS;
    const at = overlaps ? last : arrived;
    if (this.#file && last > 0 && (at < last || at - last > LEAP_MS)) await this.#close();
    if (!this.#file) {
      if (!isStart || !this.#configs[packet.track] || this.#parts.length >= MOST_PARTS) return;
      const { video, audio } = this.#configs;
      const name = `clip-${this.#parts.length + 1}.mp4`;
      const codings = { ...(video ? { video } : {}), ...(audio ? { audio } : {}) };
      this.#last = { video: 0, audio: 0 };
      this.#file = await ClipFile.create(join(this.#out, name), name, codings, packet, at);
    }
    this.#last[packet.track] = at;
    await this.#file.add(packet, at);
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    await file.close();
    const { name, path, fromMs, toMs, frames, codecs } = file;
    const digest = await hashOf(path);
    this.#parts.push({ file: name, fromMs, toMs, frames, codecs, ...digest });
  }
}

/** Size of a file, and its SHA-256 in hex. */
export async function hashOf(path: string): Promise<{ bytes: number; hash: string }> {
  const sha = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    sha.update(piece);
    bytes += piece.length;
  }
  return { bytes, hash: sha.digest('hex') };
}
