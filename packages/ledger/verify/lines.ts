import { readFile } from 'node:fs/promises';
import { listSegments } from '../segments.ts';

const NEWLINE = 10;

/** A line as it stands on disk, with its newline, by the number its place gives it. */
export type Line = { n: number; line: Buffer; file: string };
/** A segment to read: its file, its first number, and the first one that belongs to a later segment. */
export type Stretch = { path: string; file: string; first: number; before: number };

/** A log's segments as they are to be read. */
export async function stretchesOf(dir: string): Promise<Stretch[]> {
  const segments = await listSegments(dir);
  return segments.map(({ path, first }, index) => ({
    path,
    file: path.slice(dir.length + 1),
    first,
    before: segments[index + 1]?.first ?? Number.POSITIVE_INFINITY,
  }));
}

/**
 * The records of a log's segments in order, unparsed: the bytes are what was signed. A tail that the next segment
 * replaced is left out, as is a last line without end. `from` passes over segments whose records all lie before it.
 * What is missing between two segments shows in the numbers.
 */
export async function* linesOf(dir: string, from = 1): AsyncGenerator<Line> {
  yield* linesIn((await stretchesOf(dir)).filter(({ before }) => before > from));
}

/** The same of segments that are named. */
export async function* linesIn(stretches: readonly Stretch[]): AsyncGenerator<Line> {
  for (const { path, file, first, before } of stretches) {
    if (before <= first) continue;
    const bytes = await readFile(path);
    let n = first;
    for (let at = 0; at < bytes.length && n < before; n++) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      yield { n, line: bytes.subarray(at, end + 1), file };
      at = end + 1;
    }
  }
}
