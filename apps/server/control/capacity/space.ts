import { statfs } from 'node:fs/promises';

/** Bytes of a file system: what may still be written, and all. */
export type Space = { free: number; total: number };

/** What is left where a path lies, for the user who runs Weir. @throws Error where the path is gone */
export async function spaceOf(path: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(path);
  return { free: bavail * bsize, total: blocks * bsize };
}
