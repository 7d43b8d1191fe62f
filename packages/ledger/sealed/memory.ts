import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statfsSync,
  writeSync,
} from 'node:fs';

/** Linux: a file without a name (open(2), O_TMPFILE | O_DIRECTORY). */
const O_TMPFILE = 0o20200000;
/** File systems that live in memory (statfs(2), f_type): tmpfs and ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];
const PLACES = ['/dev/shm', '/run', '/tmp'];

/**
 * A nameless file in memory: no other process finds it by a name, and no disk ever sees it. DuckDB opens it by
 * `path`. Close it when done.
 */
export class MemoryFile {
  readonly fd: number;

  /** @throws Error where no file system in memory takes it */
  constructor() {
    const place = PLACES.find((path) => existsSync(path) && IN_MEMORY.includes(statfsSync(path).type));
    if (!place)
      throw new Error(`Sealed days need a file system in memory: none of ${PLACES.join(', ')} is one`);
    this.fd = openSync(place, O_TMPFILE | constants.O_RDWR, 0o600);
  }

  get path(): string {
    return `/proc/self/fd/${this.fd}`;
  }

  get size(): number {
    return fstatSync(this.fd).size;
  }

  /** Makes it so long; what was not written reads as zeros and takes no memory. */
  resize(bytes: number): void {
    ftruncateSync(this.fd, bytes);
  }

  write(bytes: Buffer, at: number): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
  }

  read(from = 0, to = this.size): Buffer {
    const bytes = Buffer.alloc(to - from);
    let have = 0;
    while (have < bytes.length) {
      const got = readSync(this.fd, bytes, have, bytes.length - have, from + have);
      if (got === 0) break;
      have += got;
    }
    return bytes.subarray(0, have);
  }

  close(): void {
    closeSync(this.fd);
  }
}
