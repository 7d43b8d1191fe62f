import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { MANIFEST, READ_ME, RECORDED } from './bundle.ts';

/** Names that a bundle's files may have: nothing that leads out of the folder they are unpacked to. */
const NAME = new RegExp(`^(?:${MANIFEST}|${READ_ME}|clip-\\d{1,3}\\.mp4|${RECORDED}\\d{1,6}\\.flv)$`);
const MOST_FILES = 10_000;
/** Bytes of all files together: twice an hour at 20 Mbit/s, and room for the records. */
const MOST_BYTES = 20e9;

/**
 * Unpacks a bundle into `folder`; returns the names in it.
 * @throws Error where it is no ZIP, or has files that a bundle has not, or says other sizes than it has
 */
export async function unpack(path: string, folder: string): Promise<string[]> {
  const zip = await openPromise(path, { lazyEntries: true, validateEntrySizes: true });
  const names = new Set<string>();
  let bytes = 0;
  try {
    await mkdir(join(folder, RECORDED), { recursive: true });
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      bytes += entry.uncompressedSize;
      if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no file of a bundle`);
      if (names.has(name)) throw new Error(`${name} is in the bundle twice`);
      if (names.size >= MOST_FILES || bytes > MOST_BYTES) throw new Error('the bundle is too large');
      names.add(name);
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(join(folder, name), { flags: 'wx' }),
      );
    }
  } finally {
    zip.close();
  }
  return [...names];
}
