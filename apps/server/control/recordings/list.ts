import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { placeOf } from './entry.ts';
import type { RecordedPlaces } from './place.ts';

/** Recordings that are listed in one go. */
const BATCH = 500;

/** A recording of a list: its name below DATA, and the wall ms at which its term ends. */
export type Listed = { name: string; due?: number };

/**
 * Lists every closed recording, here and in the bucket, as JSON lines of a file, each with the end that `dueOf` gives it
 * (wall ms). The process does other things in between.
 */
export async function writeList(
  to: string,
  places: RecordedPlaces,
  dueOf: (place: ReturnType<typeof placeOf>) => number,
): Promise<void> {
  const file = await open(to, 'w', 0o600);
  try {
    let lines = '';
    let count = 0;
    const write = async (): Promise<void> => {
      await file.appendFile(lines);
      lines = '';
    };
    for await (const path of places.paths()) {
      const listed: Listed = { name: `media/${path}`, due: dueOf(placeOf(path)) };
      lines += `${JSON.stringify(listed)}\n`;
      if (++count % BATCH > 0) continue;
      await write();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await write();
  } finally {
    await file.close();
  }
}

/** The recordings of a list, one after another. */
export async function* readList(from: string): AsyncGenerator<Listed> {
  for await (const line of createInterface({ input: createReadStream(from) }))
    yield JSON.parse(line) as Listed;
}
