import type { AudioPacket, Outlet, Packet, Release, VideoPacket } from '../../packet.ts';

/** AVCDecoderConfigurationRecords of 320×180 and 180×320, Baseline; the last byte tells them apart. */
export function videoConfig(variant = 0): VideoPacket {
  const tag = Buffer.from([0x17, 0, 0, 0, 0, 1, 0x42, 0xc0, 0x0d, 0xff, 0xe0, variant]);
  return { track: 'video', codec: 'h264', role: 'config', dts: 0, cts: 0, tag, payload: tag.subarray(5) };
}

/** AudioSpecificConfig: AAC-LC, 44.1 kHz, stereo. */
export function audioConfig(): AudioPacket {
  const tag = Buffer.from([0xaf, 0, 0x12, 0x10]);
  return { track: 'audio', codec: 'aac', role: 'config', dts: 0, cts: 0, tag, payload: tag.subarray(2) };
}

/** A picture whose bytes carry `mark`, so that a test knows it again. */
export function picture(dts: number, key: boolean, mark: number, cts = 0, bytes = 64): VideoPacket {
  const tag = Buffer.alloc(bytes);
  tag[0] = key ? 0x17 : 0x27;
  tag[1] = 1;
  tag.writeUInt32BE(mark, 9);
  return {
    ...{ track: 'video', codec: 'h264', role: key ? 'key' : 'frame', dts, cts },
    ...{ tag, payload: tag.subarray(5) },
  };
}

export function sound(dts: number, mark: number, bytes = 32): AudioPacket {
  const tag = Buffer.alloc(bytes);
  tag[0] = 0xaf;
  tag[1] = 1;
  tag.writeUInt32BE(mark, 9);
  return { track: 'audio', codec: 'aac', role: 'frame', dts, cts: 0, tag, payload: tag.subarray(2) };
}

/** The mark of a frame made here; undefined for configurations and frames of a slate. */
export function markOf(packet: Packet): number | undefined {
  if (packet.role === 'config' || packet.tag.length < 32) return undefined;
  const ours = packet.tag.subarray(2, 9).every((byte) => byte === 0);
  return ours ? packet.tag.readUInt32BE(9) : undefined;
}

/** An outlet that keeps what it gets, with the instant it got it. */
export class Audience implements Outlet {
  readonly got: (Release & { now: number; mark: number | undefined })[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  write(release: Release): void {
    this.got.push({ ...release, now: this.#now(), mark: markOf(release.packet) });
  }

  /** Frames of the publisher, without configurations and slates. */
  get media(): (Release & { now: number; mark: number })[] {
    return this.got.filter((r): r is Release & { now: number; mark: number } => r.mark !== undefined);
  }
}

export type Plan = {
  gopMs: number;
  frameMs: number;
  startDts: number;
  video: boolean;
  audio: boolean;
  /** Presentation after decoding of every picture, as with reordering; the sound keeps its place. */
  ctsMs: number;
  /** Bytes of a picture. */
  bytes: number;
};

/** A publisher in simulated time: pictures and sound as they fall due, with marks that count up. */
export class Publisher {
  readonly #push: (packet: Packet) => void;
  plan: Plan;
  #elapsed = 0;
  #nextVideo = 0;
  #nextAudio = 0;
  #nextKey = 0;
  mark = 0;
  #variant: number | undefined;

  constructor(push: (packet: Packet) => void, plan: Partial<Plan> = {}) {
    this.#push = push;
    this.plan = {
      gopMs: 1000,
      frameMs: 40,
      startDts: 0,
      video: true,
      audio: true,
      ctsMs: 0,
      bytes: 64,
      ...plan,
    };
  }

  /** A new connection: configurations first, stamps from `startDts`. */
  connect(plan: Partial<Plan> = {}, variant = 0): void {
    this.plan = { ...this.plan, ...plan };
    this.#elapsed = 0;
    this.#nextVideo = 0;
    this.#nextAudio = 0;
    this.#nextKey = 0;
    if (this.plan.video) this.#push(videoConfig(variant));
    if (this.plan.audio) this.#push(audioConfig());
  }

  /** Stamps leap by `byMs` without anything else happening. */
  leap(byMs: number): void {
    this.plan.startDts += byMs;
  }

  /** Other parameter sets from the next key frame on. */
  reconfigure(variant: number): void {
    this.#variant = variant;
  }

  /** Pushes what falls due in the next `ms`; call in step with the clock. */
  run(ms: number): void {
    this.#elapsed += ms;
    const due = { video: this.plan.video, audio: this.plan.audio };
    for (;;) {
      const video = due.video && this.#nextVideo <= this.#elapsed;
      const audio = due.audio && this.#nextAudio <= this.#elapsed;
      if (video && (!audio || this.#nextVideo <= this.#nextAudio)) {
        const key = this.#nextVideo >= this.#nextKey;
        if (key) this.#nextKey = this.#nextVideo + this.plan.gopMs;
        if (key && this.#variant !== undefined) this.#push(videoConfig(this.#variant));
        if (key) this.#variant = undefined;
        const { startDts, ctsMs, bytes } = this.plan;
        this.#push(picture(startDts + this.#nextVideo, key, ++this.mark, ctsMs, bytes));
        this.#nextVideo += this.plan.frameMs;
      } else if (audio) {
        this.#push(sound(this.plan.startDts + Math.round(this.#nextAudio), ++this.mark));
        this.#nextAudio += 1024 / 44.1;
      } else return;
    }
  }
}
