import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { flvHeader, packetTag, readFlv } from '@weir/media/flv/index.ts';
import type { Packet } from '@weir/media/packet.ts';

const CLIPS = new URL('../../../apps/server/demo/clips/', import.meta.url);
const SLATES = new URL('../../../packages/media/gate/slates/', import.meta.url);
const TICK_MS = 40;

/** A sequence header of enhanced RTMP for `hvc1`, without a configuration worth the name. */
const HEVC = Buffer.from([
  9, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0x90, 0x68, 0x76, 0x63, 0x31, 1, 0, 0, 0, 0, 0, 19,
]);

type Reel = { configs: Packet[]; frames: Packet[]; lengthMs: number };

const reels = new Map<string, Reel>();

/** A file's frames; read once, however many worlds show it. */
function reel(url: URL): Reel {
  const known = reels.get(url.href);
  if (known) return known;
  const packets = readFlv(readFileSync(url));
  const frames = packets.filter((p) => p.role !== 'config').sort((a, b) => a.dts - b.dts);
  const first = frames[0]?.dts ?? 0;
  const last = frames.at(-1)?.dts ?? 0;
  const made = {
    configs: packets.filter((p) => p.role === 'config'),
    frames: frames.map((p) => ({ ...p, dts: p.dts - first })),
    lengthMs: last - first + TICK_MS,
  };
  reels.set(url.href, made);
  return made;
}

/**
 * A file of frames sent round and round as one HTTP-FLV, with Weir's stand-in between where told. It runs
 * only while somebody watches.
 */
export class Loop {
  readonly #own: Reel;
  readonly #slate = reel(new URL('landscape.flv', SLATES));
  readonly #watching = new Set<ServerResponse>();
  /** Names HEVC in place of the clip's own codec, as an encoder might. */
  hevc = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #began = performance.now();
  #now: Reel;
  #from = 0;
  #next = 0;
  #group: Buffer[] = [];
  #paused = false;

  constructor(clip: string) {
    this.#own = reel(new URL(`${clip}.flv`, CLIPS));
    this.#now = this.#own;
  }

  /** Every frame of the clip with its configurations, from 0. */
  get packets(): readonly Packet[] {
    return [...this.#own.configs, ...this.#own.frames];
  }

  get viewers(): number {
    return this.#watching.size;
  }

  /** The output timeline now, ms. */
  get at(): number {
    return performance.now() - this.#began;
  }

  /** A key frame of the clip, for a poster. */
  get frames(): { config: Packet | undefined; key: Packet | undefined } {
    return {
      config: this.#own.configs.find((p) => p.track === 'video'),
      key: this.#own.frames.find((p) => p.role === 'key'),
    };
  }

  watch(answer: ServerResponse): void {
    if (!this.#timer) {
      this.#begin(this.#now);
      this.#group = [];
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
    }
    answer.writeHead(200, { 'content-type': 'video/x-flv', 'access-control-allow-origin': '*' });
    const video = this.#own.configs.some((p) => p.track === 'video');
    answer.write(Buffer.concat([flvHeader(video, true), ...(this.hevc ? [HEVC] : this.#group)]));
    this.#watching.add(answer);
    answer.on('close', () => {
      this.#watching.delete(answer);
      if (this.#watching.size === 0) this.#rest();
    });
  }

  /** The stand-in runs, or the clip again. */
  slate(on: boolean): void {
    this.#begin(on ? this.#slate : this.#own);
  }

  /** Nothing is sent any more, and the connections stay. */
  pause(on: boolean): void {
    this.#paused = on;
    if (!on) this.#begin(this.#now);
  }

  /** Every viewer's connection is reset. */
  reset(): void {
    for (const viewer of this.#watching) viewer.socket?.resetAndDestroy();
    this.#watching.clear();
  }

  close(): void {
    this.#rest();
    this.reset();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #begin(next: Reel): void {
    this.#now = next;
    this.#next = 0;
    this.#from = this.at;
  }

  #tick(): void {
    if (this.#paused) return;
    const { frames, configs, lengthMs } = this.#now;
    for (;;) {
      if (this.#next >= frames.length) {
        this.#next = 0;
        this.#from += lengthMs;
      }
      const packet = frames[this.#next];
      if (!packet || this.#from + packet.dts > this.at) return;
      const at = Math.round(this.#from + packet.dts);
      const starts = packet.role === 'key' || (this.#next === 0 && packet.track === 'audio');
      if (starts) this.#group = configs.map((config) => packetTag(config, at));
      const bytes = [...(this.#next === 0 ? this.#group : []), packetTag(packet, at)];
      this.#group.push(packetTag(packet, at));
      for (const viewer of this.#watching) viewer.write(Buffer.concat(bytes));
      this.#next++;
    }
  }
}
