import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFlv } from '../../flv/index.ts';
import type { AudioCodec, Packet, VideoCodec } from '../../packet.ts';
import { configRecord, readMp4 } from './mp4.ts';

const run = promisify(execFile);

/** What ffmpeg makes: a moving test picture, a tone, or both. */
export type Clip = {
  seconds: number;
  video?: { codec: VideoCodec; size: string; rate: number; keySeconds: number; bFrames?: number };
  audio?: { codec: AudioCodec; rate: number; channels?: number };
};

const VIDEO: Record<VideoCodec, string[]> = {
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0'],
  hevc: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:scenecut=0'],
  av1: ['-c:v', 'libsvtav1', '-preset', '12', '-svtav1-params', 'scd=0'],
};
const AUDIO: Record<AudioCodec, string[]> = {
  aac: ['-c:a', 'aac', '-b:a', '96k'],
  opus: ['-c:a', 'libopus', '-b:a', '64k'],
};

function inputs({ seconds, video, audio }: Clip): string[] {
  return [
    ...(video ? ['-f', 'lavfi', '-i', `testsrc2=s=${video.size}:r=${video.rate}:d=${seconds}`] : []),
    ...(audio ? ['-f', 'lavfi', '-i', `sine=440:r=${audio.rate}:d=${seconds}`] : []),
  ];
}

function encoders({ video, audio }: Clip): string[] {
  const frames = video ? String(Math.round(video.rate * video.keySeconds)) : '';
  return [
    ...(video ? [...VIDEO[video.codec], '-pix_fmt', 'yuv420p', '-g', frames] : []),
    ...(video?.bFrames === undefined ? [] : ['-bf', String(video.bFrames)]),
    ...(audio ? [...AUDIO[audio.codec], '-ac', String(audio.channels ?? 2)] : []),
  ];
}

/** Lets Debian's ffmpeg encode a clip and reads it as packets: from FLV where that carries the codecs, else from MP4. */
export async function makeClip(clip: Clip): Promise<Packet[]> {
  const flv = (clip.video?.codec ?? 'h264') === 'h264' && (clip.audio?.codec ?? 'aac') === 'aac';
  const form = flv ? ['-f', 'flv'] : ['-f', 'mp4', '-movflags', 'frag_keyframe+delay_moov'];
  const args = ['-hide_banner', '-loglevel', 'error', ...inputs(clip), ...encoders(clip), ...form, 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 27 });
  if (flv) return readFlv(stdout);
  return readMp4(stdout)
    .flatMap((track) => packetsOf(track, clip, stdout))
    .sort((a, b) => a.dts - b.dts);
}

function packetsOf(track: ReturnType<typeof readMp4>[number], clip: Clip, file: Buffer): Packet[] {
  const ms = (ticks: number): number => Math.round((ticks * 1000) / track.timescale);
  if (track.kind === 'video' && clip.video) {
    const { codec } = clip.video;
    const record = configRecord(file, codec);
    const config = {
      track: 'video',
      codec,
      role: 'config',
      dts: 0,
      cts: 0,
      tag: record,
      payload: record,
    } as const;
    return [
      config,
      ...track.samples.map(({ data, dts, cts, sync }): Packet => {
        const role = sync ? 'key' : 'frame';
        return {
          track: 'video',
          codec,
          role,
          dts: ms(dts),
          cts: ms(cts) - ms(dts),
          tag: data,
          payload: data,
        };
      }),
    ];
  }
  if (!clip.audio) return [];
  const { codec } = clip.audio;
  const record = configRecord(file, codec);
  return [
    { track: 'audio', codec, role: 'config', dts: 0, cts: 0, tag: record, payload: record },
    ...track.samples.map(
      ({ data, dts }): Packet => ({
        track: 'audio',
        codec,
        role: 'frame',
        dts: ms(dts),
        cts: 0,
        tag: data,
        payload: data,
      }),
    ),
  ];
}
