import { existsSync } from 'node:fs';
import { checkBundle } from '../evidence/check.ts';

/** Sound, but nobody outside has signed it. */
const UNWITNESSED = 3;

const wall = (ms: number): string => new Date(ms).toISOString();

/**
 * `weir verify BUNDLE`: checks an evidence bundle from itself alone and prints what it proves.
 * @returns 0 where all holds and every witness that is named has signed it, or `local` asks for no more; 1 where
 * something does not hold, or the file is not there; 3 where it holds and not every witness has signed it, or none is named
 */
export async function verifyBundle(
  path: string,
  { local, json, witnesses }: { local: boolean; json: boolean; witnesses: readonly string[] },
): Promise<number> {
  if (!existsSync(path)) throw new Error(`There is no bundle ${path}.`);
  let report: Awaited<ReturnType<typeof checkBundle>>;
  try {
    report = await checkBundle(path, witnesses);
  } catch (why) {
    const fault = (why as Error).message;
    console.log(json ? JSON.stringify({ bundle: path, fault }) : `${path}: DOES NOT HOLD: ${fault}`);
    return 1;
  }
  if (json) console.log(JSON.stringify({ bundle: path, ...report }));
  else {
    console.log(`clip ${report.id} of broadcast ${report.broadcast}: holds`);
    for (const { file, from, to, frames } of report.parts)
      console.log(`  ${file}: ${wall(from)} to ${wall(to)}, ${frames} frames as they were recorded`);
    for (const { log, vkey } of report.logs)
      console.log(`  ${log}: ${report.records[log]} records, signed by ${vkey}`);
    console.log(`  taken by ${report.takenBy}, ground: ${report.ground}`);
  }
  if (local || report.witnessed) return 0;
  if (!json)
    console.log(
      'UNWITNESSED: it holds, but no witness that you name has signed it (--local asks for no more).',
    );
  return UNWITNESSED;
}
