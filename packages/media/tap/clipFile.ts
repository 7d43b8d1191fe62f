import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { type AudioCoding, readCoding, sampleOf, type VideoCoding } from '../fmp4/coding.ts';
import type { AudioPacket, Packet, VideoPacket } from '../packet.ts';

const CODEC = { h264: 'avc', hevc: 'hevc', av1: 'av1', aac: 'aac', opus: 'opus' } as const;

/** One MP4 with the frames of a stretch as they came, each track with one configuration. */
export class ClipFile {
  readonly path: string;
  readonly name: string;
  readonly codecs: string[] = [];
  /** Wall ms. */
  readonly fromMs: number;
  toMs: number;
  frames = 0;
  readonly #output: Output;
  readonly #originMs: number;
  readonly #video: { source: EncodedVideoPacketSource; config: VideoDecoderConfig } | undefined;
  readonly #audio:
    | { source: EncodedAudioPacketSource; config: AudioDecoderConfig; ticksMs: (frame: Buffer) => number }
    | undefined;

  private constructor(path: string, name: string, tracks: Tracks, first: Packet, at: number) {
    this.path = path;
    this.name = name;
    this.fromMs = at;
    this.toMs = at;
    this.#originMs = at + (first.track === 'video' ? first.cts : 0);
    this.#output = new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: new FilePathTarget(path),
    });
    const { video, audio } = tracks;
    if (video) {
      const { codecs, width, height } = readCoding(video) as VideoCoding;
      const source = new EncodedVideoPacketSource(CODEC[video.codec]);
      const config = { codec: codecs, codedWidth: width, codedHeight: height, description: video.payload };
      this.#video = { source, config };
      this.codecs.push(codecs);
      this.#output.addVideoTrack(source);
    }
    if (audio) {
      const { codecs, timescale, channels, ticks } = readCoding(audio) as AudioCoding;
      const source = new EncodedAudioPacketSource(CODEC[audio.codec]);
      const config = {
        codec: codecs,
        sampleRate: timescale,
        numberOfChannels: channels,
        description: audio.payload,
      };
      this.#audio = { source, config, ticksMs: (frame) => (ticks(frame) / timescale) * 1000 };
      this.codecs.push(codecs);
      this.#output.addAudioTrack(source);
    }
  }

  /**
   * Begins a file whose time 0 is the presentation of `first`, wall ms `at`.
   * @throws Problem `bad_request` where a configuration is malformed; what the disk says
   */
  static async create(
    path: string,
    name: string,
    tracks: Tracks,
    first: Packet,
    at: number,
  ): Promise<ClipFile> {
    const file = new ClipFile(path, name, tracks, first, at);
    await file.#output.start();
    return file;
  }

  /** Adds a frame; those of a track whose configuration is missing are left out. */
  async add(packet: Packet, at: number): Promise<void> {
    const seconds = (at + packet.cts - this.#originMs) / 1000;
    if (packet.track === 'video' && this.#video) {
      const kind = packet.role === 'key' ? 'key' : 'delta';
      const frame = new EncodedPacket(sampleOf(packet), kind, seconds, 0);
      await this.#video.source.add(frame, { decoderConfig: this.#video.config });
    } else if (packet.track === 'audio' && this.#audio && seconds >= 0) {
      const duration = this.#audio.ticksMs(packet.payload) / 1000;
      const frame = new EncodedPacket(packet.payload, 'key', seconds, duration);
      await this.#audio.source.add(frame, { decoderConfig: this.#audio.config });
    } else return;
    this.frames++;
    this.toMs = at;
  }

  async close(): Promise<void> {
    await this.#output.finalize();
  }

  async abandon(): Promise<void> {
    await this.#output.cancel();
  }
}

type Tracks = { video?: VideoPacket; audio?: AudioPacket };
