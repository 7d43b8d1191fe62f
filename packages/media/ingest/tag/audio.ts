import type { AudioCodec, AudioPacket } from '../../packet.ts';
import { checkAudioConfiguration } from '../codec/configuration.ts';
import { Malformed, Refusal } from '../refusal.ts';
import { PACKET_TYPE, readEnhancedHeader } from './enhanced.ts';

/** Sound formats of FLV (annex E.4.2.1). */
const FORMAT = { aac: 10, enhanced: 9 } as const;
const LEGACY: Readonly<Record<number, string>> = {
  0: 'PCM',
  1: 'ADPCM',
  2: 'MP3',
  3: 'PCM',
  4: 'Nellymoser 16 kHz',
  5: 'Nellymoser 8 kHz',
  6: 'Nellymoser',
  7: 'G.711 A-law',
  8: 'G.711 μ-law',
  11: 'Speex',
  14: 'MP3 8 kHz',
};
const FOUR_CC: Readonly<Record<string, AudioCodec>> = { mp4a: 'aac', Opus: 'opus' };
const OPUS = Buffer.from('Opus');
/** AAC always says 44 kHz, 16 bit, stereo in its tag (annex E.4.2.1); the configuration knows better. */
const AAC_HEADER = (FORMAT.aac << 4) | 0x0f;

/** The audio of one publication. */
export class AudioTrack {
  codec: AudioCodec | undefined;
  #trackId: number | undefined;

  /**
   * A packet from an FLV audio tag body, or nothing for what is no media.
   * May write into the bytes before the body: enhanced AAC leaves as plain FLV.
   * @throws Malformed, Refusal `codec_unsupported`
   */
  packet(dts: number, tag: Buffer): AudioPacket | undefined {
    if (tag.length === 0) return undefined;
    const format = (tag[0] as number) >> 4;
    if (format === FORMAT.enhanced) return this.#enhanced(dts, tag);
    if (format !== FORMAT.aac)
      throw new Refusal(
        'codec_unsupported',
        `${LEGACY[format] ?? `audio format ${format}`} is not carried; choose AAC`,
      );
    this.#only(0);
    const type = tag[1];
    if (type === undefined) throw new Malformed('audio tag cut short');
    return this.#packet(dts, 'aac', type, tag, tag.subarray(2));
  }

  #enhanced(dts: number, tag: Buffer): AudioPacket | undefined {
    const { packetType, fourCc, trackId, bodyAt } = readEnhancedHeader(tag, PACKET_TYPE.multitrack);
    const codec = FOUR_CC[fourCc];
    if (!codec)
      throw new Refusal('codec_unsupported', `audio ${JSON.stringify(fourCc)}; AAC and Opus are carried`);
    this.#only(trackId);
    if (packetType === PACKET_TYPE.sequenceEnd || packetType === PACKET_TYPE.metadata) return undefined;
    const at = bodyAt - (codec === 'aac' ? 2 : 5);
    if (codec === 'aac') {
      tag[at] = AAC_HEADER;
      tag[at + 1] = packetType;
    } else {
      tag[at] = (FORMAT.enhanced << 4) | packetType;
      OPUS.copy(tag, at + 1);
    }
    return this.#packet(dts, codec, packetType, tag.subarray(at), tag.subarray(bodyAt));
  }

  /** Plain FLV is track 0. */
  #only(trackId: number): void {
    this.#trackId ??= trackId;
    if (trackId !== this.#trackId) throw new Refusal('codec_unsupported', 'more than one audio track');
  }

  #packet(
    dts: number,
    codec: AudioCodec,
    type: number,
    tag: Buffer,
    payload: Buffer,
  ): AudioPacket | undefined {
    if (type === PACKET_TYPE.sequenceStart) {
      checkAudioConfiguration(codec, payload);
      this.codec = codec;
      return { track: 'audio', role: 'config', codec, dts, cts: 0, tag, payload };
    }
    if (type !== PACKET_TYPE.codedFrames) throw new Refusal('codec_unsupported', `audio packet type ${type}`);
    if (codec !== this.codec || payload.length === 0) return undefined;
    return { track: 'audio', role: 'frame', codec, dts, cts: 0, tag, payload };
  }
}
