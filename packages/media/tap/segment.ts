import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, moveInto } from './folder.ts';
import { Gather } from './gather.ts';
import { closedPath, openPath, type Place } from './place.ts';

/** A closed segment. `path` is relative to DATA/media; times are wall ms; `hash` is SHA-256 of the file, hex. */
export type RecordedSegment = { path: string; bytes: number; hash: string; fromMs: number; toMs: number };

/**
 * One segment on its way to disk: `gathering` (begun in memory) → `open` (the `.part` file is there) → `closed`
 * (synced and renamed). Written by one caller at a time.
 */
export class Segment {
  readonly gather = new Gather();
  readonly place: Place;
  readonly startedAt: number;
  /** Whether a picture is in it. */
  hasVideo = false;
  /** Wall time of the last packet, ms. */
  toMs: number;
  /** No packet will be added. */
  ended = false;
  readonly #dir: string;
  readonly #hash = createHash('sha256');
  #file: FileHandle | undefined;
  #bytes = 0;
  #writing = 0;

  /** @param startedAt monotonic ms of the first packet */
  constructor(dir: string, place: Place, startedAt: number) {
    this.#dir = dir;
    this.place = place;
    this.startedAt = startedAt;
    this.toMs = place.fromMs;
  }

  get openPath(): string {
    return join(this.#dir, openPath(this.place));
  }

  /** Bytes in memory: gathered, or on their way to a disk that takes its time. */
  get waitingBytes(): number {
    return this.gather.bytes + this.#writing;
  }

  /** Writes what was gathered, in one call to the kernel. @throws what the disk says */
  async flush(): Promise<void> {
    this.#writing = this.gather.bytes;
    const chunks = this.gather.take();
    if (chunks.length === 0) return;
    this.#file ??= await this.#create();
    for (const chunk of chunks) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
    }
    let left: Buffer[] = chunks;
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left);
      left = after(left, bytesWritten);
    }
    this.#writing = 0;
    this.gather.recycle(chunks);
  }

  /** Syncs (where wanted), closes and names the file. @throws what the disk says */
  async close(sync: boolean): Promise<RecordedSegment> {
    const file = this.#file;
    if (!file) throw new Error('a segment without a file cannot be closed');
    if (sync) await file.datasync();
    this.#file = undefined;
    await file.close();
    const path = closedPath(this.place, this.toMs);
    await moveInto(this.openPath, join(this.#dir, path), sync);
    const hash = this.#hash.digest('hex');
    return { path, bytes: this.#bytes, hash, fromMs: this.place.fromMs, toMs: this.toMs };
  }

  /** Lets go of the file after a failure; what is in it is for `salvage`. True where there is a file. */
  async abandon(): Promise<boolean> {
    const file = this.#file;
    this.#file = undefined;
    // A descriptor that failed may fail to close as well; nothing hangs on it any more.
    await file?.close().catch(() => undefined);
    return file !== undefined;
  }

  #create(): Promise<FileHandle> {
    return inFolder(this.openPath, (path) => open(path, 'wx', 0o600));
  }
}

/** What is left of `chunks` after the first `bytes` were written. */
function after(chunks: Buffer[], bytes: number): Buffer[] {
  let at = 0;
  let skip = bytes;
  while (at < chunks.length && skip >= (chunks[at] as Buffer).length) skip -= (chunks[at++] as Buffer).length;
  const rest = chunks.slice(at);
  if (skip > 0 && rest[0]) rest[0] = rest[0].subarray(skip);
  return rest;
}
