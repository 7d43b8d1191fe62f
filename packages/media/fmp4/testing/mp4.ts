import { createFile, MP4BoxBuffer } from 'mp4box';
import type { AudioCodec, VideoCodec } from '../../packet.ts';

export type Mp4Sample = { data: Buffer; dts: number; cts: number; duration: number; sync: boolean };
export type Mp4Track = {
  kind: 'video' | 'audio';
  codec: string;
  timescale: number;
  width: number;
  height: number;
  samples: Mp4Sample[];
};

/** Reads a whole MP4 file with mp4box, an independent reader. Throws where it finds no movie. */
export function readMp4(bytes: Buffer): Mp4Track[] {
  const file = createFile();
  const tracks = new Map<number, Mp4Track>();
  file.onReady = (movie) => {
    for (const { id, codec, timescale, video } of movie.tracks) {
      const { width, height } = video ?? { width: 0, height: 0 };
      tracks.set(id, { kind: video ? 'video' : 'audio', codec, timescale, width, height, samples: [] });
      file.setExtractionOptions(id, undefined, { nbSamples: 1 });
    }
    file.start();
  };
  file.onSamples = (id, _user, samples) => {
    for (const { data, dts, cts, duration, is_sync } of samples)
      if (data) tracks.get(id)?.samples.push({ data: Buffer.from(data), dts, cts, duration, sync: is_sync });
  };
  file.onError = (_module, message) => {
    throw new Error(message);
  };
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0));
  file.flush();
  if (tracks.size === 0) throw new Error('mp4box found no movie');
  return [...tracks.values()];
}

const RECORD = { h264: 'avcC', hevc: 'hvcC', av1: 'av1C', aac: 'esds', opus: 'dOps' } as const;

/** The configuration record in a file, as enhanced RTMP carries it. Only what the tests need: AAC is read from FLV or here from its last descriptor. */
export function configRecord(file: Buffer, codec: VideoCodec | AudioCodec): Buffer {
  const type = file.indexOf(RECORD[codec]);
  if (type < 4) throw new Error(`no ${RECORD[codec]}`);
  const content = file.subarray(type + 4, type - 4 + file.readUInt32BE(type - 4));
  if (codec === 'aac') {
    const tag = content.indexOf(Buffer.from([0x05, 0x80, 0x80, 0x80]));
    return content.subarray(tag + 5, tag + 5 + content.readUInt8(tag + 4));
  }
  return codec === 'opus' ? opusHead(content) : content;
}

/** OpusHead (RFC 7845 section 5.1) from dOps: the same fields in little endian, behind the magic. */
function opusHead(dops: Buffer): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead');
  head[8] = 1;
  head[9] = dops.readUInt8(1);
  head.writeUInt16LE(dops.readUInt16BE(2), 10);
  head.writeUInt32LE(dops.readUInt32BE(4), 12);
  head.writeInt16LE(dops.readInt16BE(8), 16);
  return head;
}
