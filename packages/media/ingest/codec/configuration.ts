import { Problem } from '@weir/kit';
import { readAac } from '../../fmp4/aac.ts';
import { readAv1 } from '../../fmp4/av1.ts';
import { readOpusHead } from '../../fmp4/opus.ts';
import type { AudioCodec, VideoCodec } from '../../packet.ts';
import { Malformed, Refusal } from '../refusal.ts';
import { readAvcRecord } from './avc.ts';
import { readHevcRecord } from './hevc.ts';

/** What a video configuration says that ingest needs. `lengthBytes`: size of a NAL unit's length; 4 where there are none. */
export type VideoConfiguration = { width: number; height: number; lengthBytes: number };

const VIDEO: Readonly<Record<VideoCodec, (record: Buffer) => VideoConfiguration>> = {
  h264: readAvcRecord,
  hevc: readHevcRecord,
  av1: (record) => ({ ...readAv1(record), lengthBytes: 4 }),
};
const AUDIO: Readonly<Record<AudioCodec, (record: Buffer) => unknown>> = { aac: readAac, opus: readOpusHead };

/** A record that does not parse refuses its publisher in the studio's words; anything else is a fault of ours. */
function judged<T>(codec: string, read: () => T): T {
  try {
    return read();
  } catch (why) {
    if (!(why instanceof Problem || why instanceof Malformed)) throw why;
    const detail = why instanceof Problem ? why.detail : why.message;
    throw new Refusal('codec_unsupported', `${codec} configuration: ${detail}`);
  }
}

/** @throws Refusal `codec_unsupported` where the record is malformed or nobody could play it */
export const readVideoConfiguration = (codec: VideoCodec, record: Buffer): VideoConfiguration =>
  judged(codec, () => VIDEO[codec](record));

/** @throws Refusal `codec_unsupported` where the record is malformed or nobody could play it */
export function checkAudioConfiguration(codec: AudioCodec, record: Buffer): void {
  judged(codec, () => AUDIO[codec](record));
}
