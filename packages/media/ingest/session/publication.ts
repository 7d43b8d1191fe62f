import { AmfReader } from '../amf/reader.ts';
import { MESSAGE } from '../chunk/message.ts';
import type { EncoderHealth, HealthMeter } from '../health.ts';
import type { IngestSink } from '../host.ts';
import type { CloseCause } from '../refusal.ts';
import { AudioTrack } from '../tag/audio.ts';
import { VideoTrack } from '../tag/video.ts';
import { Timeline } from '../timeline.ts';
import { splitAggregate } from './aggregate.ts';

/** An accepted publication: media messages in, packets to the sink, until `close`. */
export class Publication {
  readonly streamId: number;
  readonly startedAt: number;
  readonly #sink: IngestSink;
  readonly #video = new VideoTrack();
  readonly #audio = new AudioTrack();
  readonly #timeline = new Timeline();
  readonly #meter: HealthMeter;
  #closed = false;
  /** Frames so far, configurations not counted. */
  frames = 0;
  lastPacketAt: number;

  constructor(streamId: number, sink: IngestSink, meter: HealthMeter, now: number) {
    this.streamId = streamId;
    this.#sink = sink;
    this.#meter = meter;
    this.startedAt = now;
    this.lastPacketAt = now;
  }

  /** @param now monotonic ms of the read it came with @throws Malformed, Refusal */
  message(type: number, timestamp: number, payload: Buffer, now: number): void {
    if (this.#closed) return;
    switch (type) {
      case MESSAGE.audio:
      case MESSAGE.video: {
        const track = type === MESSAGE.audio ? this.#audio : this.#video;
        const packet = track.packet(this.#timeline.at(timestamp), payload);
        if (!packet) return;
        this.lastPacketAt = now;
        if (packet.role !== 'config') this.frames++;
        this.#meter.packet(packet, now);
        this.#sink.packet(packet);
        return;
      }
      case MESSAGE.data:
        this.#data(new AmfReader(payload));
        return;
      case MESSAGE.dataAmf3:
        this.#data(new AmfReader(payload, 1));
        return;
      case MESSAGE.aggregate:
        splitAggregate(timestamp, payload, (inner, time, body) => {
          if (inner !== MESSAGE.aggregate) this.message(inner, time, body, now);
        });
        return;
    }
  }

  health(now: number): EncoderHealth {
    const { codec: video, width, height } = this.#video;
    return {
      ...this.#meter.figures(now),
      ...(video && { videoCodec: video }),
      ...(this.#audio.codec && { audioCodec: this.#audio.codec }),
      ...(width && height && { width, height }),
    };
  }

  /** Ends it; only the first cause reaches the sink. */
  close(cause: CloseCause): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.closed(cause);
  }

  #data(amf: AmfReader): void {
    let name = amf.value();
    if (name === '@setDataFrame') name = amf.value();
    if (name !== 'onMetaData' || amf.ended) return;
    const metadata = amf.value();
    if (metadata !== null && typeof metadata === 'object' && !Array.isArray(metadata))
      this.#sink.metadata(metadata);
  }
}
