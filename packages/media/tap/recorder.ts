import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log, Timer } from '@weir/kit';
import { backPointer, flvHeader, scriptTag, TAG_AUDIO, TAG_VIDEO, tagHeader } from '../flv/index.ts';
import type { Packet } from '../packet.ts';

/** A recorded segment: path under the media directory, size, SHA-256 (hex), and the wall time (ms) it covers. */
export type RecordedSegment = { path: string; bytes: number; hash: string; fromMs: number; toMs: number };

export type RecorderOptions = {
  /** DATA/media. */
  dir: string;
  broadcast: string;
  session: string;
  clock: Clock;
  log: Log;
  /** Called for each whole segment, after it is on the medium. */
  onSegment: (segment: RecordedSegment) => void;
};

/** What a crash of the process may cost at most is one gathering: half a second. */
const GATHER_MS = 500;
/** A segment ends at the first key frame after this; one without key frames at twice this. */
const SEGMENT_MS = 10_000;
/** Bytes that may wait for the disk; beyond it the oldest are dropped and the recording says it failed. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** Buffers of one writev: the system's bound is 1,024. */
const MAX_VECTOR = 1_023;

/** While it is written a segment carries this; recovery looks for it. */
export const OPEN_SUFFIX = '.part';

type Open = {
  startedAt: number;
  bytes: number;
  hash: ReturnType<typeof createHash>;
  path: string;
  file: Promise<FileHandle>;
};

/**
 * Writes everything that came in, before any gate, as FLV segments that each play alone. Packets are gathered and
 * written twice a second, so that a publisher costs two system calls a second; nothing waits for the disk.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #folder: string;
  readonly #configs = new Map<string, Packet>();
  #open: Open | undefined;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #waitingBytes = 0;
  #timer: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  failed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#folder = join(options.broadcast, options.session);
    mkdirSync(join(options.dir, this.#folder), { recursive: true, mode: 0o700 });
  }

  /** Takes a packet. Never throws, never waits; after `close` it does nothing. */
  write(packet: Packet): void {
    if (this.#closed) return;
    const now = this.#options.clock.now();
    if (packet.role === 'config') {
      const before = this.#configs.get(packet.track);
      if (before?.tag.equals(packet.tag)) return;
      this.#configs.set(packet.track, packet);
    }
    const open = this.#open;
    const age = open ? now - open.startedAt : 0;
    const video = this.#configs.has('video');
    const boundary = packet.role === 'key' || (packet.track === 'audio' && !video);
    if (open && ((age >= SEGMENT_MS && boundary) || age >= 2 * SEGMENT_MS)) this.#finish(now);
    if (this.#open) this.#gather(packet);
    else if (packet.role !== 'config') this.#begin(packet, now);
    this.#timer ??= this.#options.clock.after(GATHER_MS, () => this.#flush());
  }

  /** Writes what is gathered and closes the segment; resolves when it is on the medium. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#timer?.cancel();
      this.#finish(this.#options.clock.now());
    }
    await this.#work;
  }

  #begin(packet: Packet, now: number): void {
    const path = join(this.#folder, `${now}.flv`);
    const file = open(join(this.#options.dir, path + OPEN_SUFFIX), 'wx', 0o600);
    file.catch(() => {});
    this.#open = { startedAt: now, bytes: 0, hash: createHash('sha256'), path, file };
    this.#put(
      flvHeader(
        this.#configs.has('video') || packet.track === 'video',
        this.#configs.has('audio') || packet.track === 'audio',
      ),
    );
    this.#put(
      scriptTag(
        'onRecord',
        { wallMs: now, broadcast: this.#options.broadcast, session: this.#options.session },
        packet.dts,
      ),
    );
    for (const config of this.#configs.values()) this.#gather({ ...config, dts: packet.dts });
    this.#gather(packet);
  }

  #gather(packet: Packet): void {
    const { tag, dts, track } = packet;
    this.#put(tagHeader(track === 'video' ? TAG_VIDEO : TAG_AUDIO, tag.length, Math.max(0, dts)));
    this.#put(tag);
    this.#put(backPointer(tag.length));
  }

  #put(bytes: Buffer): void {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
  }

  /** Hands what is gathered to the disk, behind what is under way. */
  #flush(): void {
    this.#timer = undefined;
    const open = this.#open;
    const buffers = this.#gathered;
    const bytes = this.#gatheredBytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (!open || bytes === 0) return;
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES)
      return this.#fail(new Error('the disk does not keep up'));
    this.#waitingBytes += bytes;
    this.#then(async () => {
      try {
        const file = await open.file;
        for (let at = 0; at < buffers.length; at += MAX_VECTOR) {
          const vector = buffers.slice(at, at + MAX_VECTOR);
          for (const one of vector) open.hash.update(one);
          await writeAll(file, vector);
        }
        open.bytes += bytes;
      } finally {
        this.#waitingBytes -= bytes;
      }
    });
  }

  #finish(now: number): void {
    this.#flush();
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const { dir, onSegment } = this.#options;
    this.#then(async () => {
      const file = await open.file;
      await file.datasync();
      await file.close();
      await rename(join(dir, open.path + OPEN_SUFFIX), join(dir, open.path));
      onSegment({
        path: open.path,
        bytes: open.bytes,
        hash: open.hash.digest('hex'),
        fromMs: open.startedAt,
        toMs: now,
      });
    });
  }

  #then(run: () => Promise<void>): void {
    this.#work = this.#work.then(run).catch((why: unknown) => this.#fail(why));
  }

  /** The stream goes on; what could not be written is a gap that the log names. */
  #fail(why: unknown): void {
    if (!this.failed) this.#options.log.error({ err: why }, 'recording failed');
    this.failed = true;
    void this.#open?.file.then((file) => file.close()).catch(() => {});
    this.#open = undefined;
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }
}

async function writeAll(file: FileHandle, vector: readonly Buffer[]): Promise<void> {
  const total = vector.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(vector as Buffer[]);
  if (bytesWritten === total) return;
  // A short write is rare (a full disk, a signal); the rest goes in one piece, or fails with the reason.
  const rest = Buffer.concat(vector).subarray(bytesWritten);
  for (let at = 0; at < rest.length; ) at += (await file.write(rest, at)).bytesWritten;
}
