import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Recording, recordings } from './recordings.ts';

/** A recorded file that is read in parts, wherever it lies. */
export interface RecordedFile {
  /** Up to `count` bytes from `at` on; fewer at the end, none behind it. */
  read(at: number, count: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where recordings lie: a directory, or a place that knows of several. */
export interface Shelf {
  /** As `recordings`. */
  list(broadcast: string, time: { from: number; to: number }): Promise<Recording[]>;
  /** Opens a recorded file by its path. @throws ENOENT where it is gone */
  open(path: string): Promise<RecordedFile>;
}

/** Opens a file of this machine. @throws what the disk says */
export async function openLocal(path: string): Promise<RecordedFile> {
  const file = await open(path, 'r');
  return {
    async read(at, count) {
      const bytes = Buffer.allocUnsafe(count);
      const { bytesRead } = await file.read(bytes, 0, count, at);
      return bytes.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** The recordings of a directory (DATA/media). */
export const localShelf = (dir: string): Shelf => ({
  list: (broadcast, time) => recordings(dir, broadcast, time),
  open: (path) => openLocal(join(dir, path)),
});

const PIECE_BYTES = 1024 * 1024;

/** A recorded file from its beginning to its end; closed at the end. */
export async function* piecesOf(file: RecordedFile): AsyncGenerator<Buffer> {
  try {
    for (let at = 0; ; ) {
      const piece = await file.read(at, PIECE_BYTES);
      if (piece.length === 0) return;
      yield piece;
      at += piece.length;
    }
  } finally {
    await file.close();
  }
}
