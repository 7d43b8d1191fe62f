import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@weir/kit';
import { readFlv } from '../../flv/index.ts';
import type { Packet } from '../../packet.ts';

export type Film = {
  seconds?: number;
  size?: string;
  gop?: number;
  bframes?: number;
  rate?: number;
  video?: boolean;
};

/** Real media from ffmpeg: a moving test picture in H.264 High and a tone in AAC, as packets of an FLV file. */
export function film({
  seconds = 10,
  size = '320x180',
  gop = 25,
  bframes = 2,
  rate = 44_100,
  video = true,
}: Film = {}): Packet[] {
  const dir = mkdtempSync(join(tmpdir(), 'weir-film-'));
  const picture = [
    ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`, '-c:v', 'libx264', '-preset', 'veryfast'],
    ...[
      '-pix_fmt',
      'yuv420p',
      '-g',
      `${gop}`,
      '-keyint_min',
      `${gop}`,
      '-sc_threshold',
      '0',
      '-bf',
      `${bframes}`,
    ],
  ];
  const inputs = video ? picture.slice(0, 4) : [];
  const coding = video ? picture.slice(4) : [];
  try {
    const path = join(dir, 'film.flv');
    execFileSync('ffmpeg', [
      ...['-v', 'error', ...inputs, '-f', 'lavfi', '-i', `sine=r=${rate}:f=440`, ...coding],
      ...['-c:a', 'aac', '-b:a', '64k', '-t', `${seconds}`, '-y', path],
    ]);
    return readFlv(readFileSync(path));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Plays a film over and over in the time of `clock`, as an encoder would: configurations once, stamps that go on. */
export class Projector {
  readonly #clock: Clock;
  readonly #push: (packet: Packet) => void;
  readonly #frames: readonly Packet[];
  readonly #configs: readonly Packet[];
  readonly #lengthMs: number;
  #from = 0;
  #next = 0;
  #round = 0;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, packets: readonly Packet[], push: (packet: Packet) => void) {
    this.#clock = clock;
    this.#push = push;
    this.#configs = packets.filter((p) => p.role === 'config');
    this.#frames = packets.filter((p) => p.role !== 'config').sort((a, b) => a.dts - b.dts);
    this.#lengthMs = (this.#frames.at(-1)?.dts ?? 0) + 40;
  }

  start(): void {
    this.#from = this.#clock.mono();
    this.#next = 0;
    this.#round = 0;
    for (const config of this.#configs) this.#push({ ...config, dts: 0 });
    this.#timer = this.#clock.every(10, () => this.#run());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #run(): void {
    const elapsed = this.#clock.mono() - this.#from;
    for (;;) {
      const frame = this.#frames[this.#next];
      const dts = (frame?.dts ?? 0) + this.#round * this.#lengthMs;
      if (!frame || dts > elapsed) return;
      this.#push({ ...frame, dts });
      this.#next++;
      if (this.#next === this.#frames.length) {
        this.#next = 0;
        this.#round++;
      }
    }
  }
}
