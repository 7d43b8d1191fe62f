import { readFile } from 'node:fs/promises';
import { listSegments } from '../segments.ts';
import { Fault } from './fault.ts';

const NEWLINE = 10;

/** A line as it stands on disk, with its newline, by the number its place gives it. */
export type Line = { n: number; line: Buffer; file: string };

/**
 * The records of a log's segments in order, unparsed: the bytes are what was signed. A tail that the next segment
 * replaced is left out, as is a last line without end. `from` passes over segments whose records all lie before it.
 * @throws Fault where records are missing between two segments
 */
export async function* linesOf(dir: string, from = 1): AsyncGenerator<Line> {
  const segments = await listSegments(dir);
  for (const [index, { path, first }] of segments.entries()) {
    const before = segments[index + 1]?.first ?? Number.POSITIVE_INFINITY;
    if (before <= from) continue;
    const file = path.slice(dir.length + 1);
    const bytes = await readFile(path);
    let n = first;
    for (let at = 0; at < bytes.length && n < before; n++) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      yield { n, line: bytes.subarray(at, end + 1), file };
      at = end + 1;
    }
    if (Number.isFinite(before) && n < before)
      throw new Fault(file, `records ${n} to ${before - 1} are missing`, n);
  }
}
