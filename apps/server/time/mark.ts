import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// By file: every process of the service reads this mark, and needs no ledger for it.
import { realDisk } from '@weir/ledger/disk.ts';
import { LOGS } from '@weir/ledger/record.ts';
import { isSimulatedOrigin } from '@weir/ledger/tree/signer.ts';

/** DATA/clock.json: only a store that was made with a simulated clock has it. */
const MARK_FILE = 'clock.json';

/** How far the store's wall time is ahead of the machine's, ms; it only grows. */
export type Mark = { simulated: true; offsetMs: number };

/** The mark of a data directory; undefined where there is none. @throws Error where it is damaged */
export function readMark(dataDir: string): Mark | undefined {
  const path = join(dataDir, MARK_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const { simulated, offsetMs } = JSON.parse(readFileSync(path, 'utf8')) as Mark;
    if (simulated === true && Number.isSafeInteger(offsetMs) && offsetMs >= 0) return { simulated, offsetMs };
  } catch {
    // Falls through: no JSON.
  }
  throw new Error(`${path} is damaged; restore it from a backup`);
}

/** Puts the mark on disk, whole and durable when it resolves. */
export function writeMark(dataDir: string, offsetMs: number): Promise<void> {
  const mark: Mark = { simulated: true, offsetMs };
  return realDisk.replace(join(dataDir, MARK_FILE), `${JSON.stringify(mark)}\n`, { sync: true });
}

/**
 * What a data directory holds by its own word. The origin of the ledger's logs decides, which every checkpoint was
 * signed with: a mark laid beside a ledger of the real clock changes nothing. Without a ledger yet, a database
 * without a mark is real: the mark is made before anything else.
 */
export function kindOf(dataDir: string): 'new' | 'real' | 'simulated' {
  for (const log of LOGS) {
    const vkey = join(dataDir, 'ledger', log, 'vkey');
    if (existsSync(vkey)) return isSimulatedOrigin(readFileSync(vkey, 'utf8')) ? 'simulated' : 'real';
  }
  if (readMark(dataDir)) return 'simulated';
  return existsSync(join(dataDir, 'postgres', 'PG_VERSION')) ? 'real' : 'new';
}
