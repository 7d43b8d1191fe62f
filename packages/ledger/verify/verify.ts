import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { DayKeys } from '../keys/day.ts';
import { KEK_FILE, readKek } from '../keys/kek.ts';
import { SLOT_FILE, SlotFile } from '../keys/slots.ts';
import { LOGS, type LogName } from '../record.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { Frontier } from '../tree/frontier.ts';
import { EMPTY_ROOT } from '../tree/hash.ts';
import { frontierOf, readHead } from '../tree/head.ts';
import { openNote, verifierOf } from '../tree/note.ts';
import { readSigner, VKEY_FILE } from '../tree/signer.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { Fault } from './fault.ts';
import { linesOf } from './lines.ts';
import { checkRecords, type RecordCount } from './records.ts';
import { checkStray, listFiles } from './stray.ts';
import { readTree } from './tiles.ts';

/** What was found of one log: `fault` names the first thing that does not hold. */
export type LogReport = RecordCount & {
  log: LogName;
  origin: string;
  /** Leaves under the checkpoint. */
  size: number;
  /** Whether anybody but the log itself signed the checkpoint. */
  witnessed: boolean;
  fault?: string;
  /** The first bad record, where it can be told. */
  record?: number;
};

export type VerifyOptions = {
  dir: string;
  logs?: readonly LogName[];
  kekPath?: string;
  onProgress?: (log: LogName, records: number) => void;
};

/** A day may begin, and bring a new key, while a store is read: a log whose checkpoint changed is read again. */
const TRIES = 3;

/**
 * Verifies a store from its files alone, also while a writer has it open: notes, tiles, entries, every record, keys,
 * and that nothing else lies there. Writes nothing.
 * @throws Error where the keys cannot be read
 */
export async function verifyStore({
  dir,
  logs = LOGS,
  kekPath = join(dir, KEK_FILE),
  onProgress,
}: VerifyOptions): Promise<LogReport[]> {
  const reports: LogReport[] = [];
  for (const log of logs) {
    let report: LogReport;
    for (let tries = 1; ; tries++) {
      const slots = new SlotFile(join(dir, SLOT_FILE), readKek(kekPath, { readOnly: true }), {
        readOnly: true,
      });
      const before = await readIfThere(join(dir, log, CHECKPOINT_FILE));
      try {
        report = await verifyLog(dir, log, new DayKeys(slots, log), (records) => onProgress?.(log, records));
      } finally {
        slots.close();
      }
      const after = await readIfThere(join(dir, log, CHECKPOINT_FILE));
      if (!report.fault || tries === TRIES || String(before) === String(after)) break;
    }
    reports.push(report);
  }
  return reports;
}

async function verifyLog(
  store: string,
  log: LogName,
  keys: DayKeys,
  onProgress: (records: number) => void,
): Promise<LogReport> {
  const dir = join(store, log);
  const report: LogReport = {
    log,
    origin: '',
    size: 0,
    witnessed: false,
    checked: 0,
    purged: 0,
    unsigned: 0,
  };
  try {
    const files = await listFiles(dir);
    const { checkpoint, witnessed } = await readCheckpoint(dir);
    const head = await checkHead(dir, checkpoint);
    Object.assign(report, { origin: checkpoint.origin, size: checkpoint.size, witnessed });
    Object.assign(report, await checkRecords(readTree(dir, checkpoint), linesOf(dir), keys, onProgress));
    await checkStray(dir, files, head);
  } catch (why) {
    report.fault = (why as Error).message;
    if (why instanceof Fault && why.record !== undefined) report.record = why.record;
  }
  return report;
}

/** The signed checkpoint; of a log without news yet, the empty tree. */
async function readCheckpoint(dir: string): Promise<{ checkpoint: Checkpoint; witnessed: boolean }> {
  const vkey = await readFile(join(dir, VKEY_FILE), 'utf8');
  if (!vkey.endsWith('\n')) throw new Fault(VKEY_FILE, 'is no verifier line');
  const verifier = verifierOf(vkey.slice(0, -1));
  if ((await readSigner(dir)).vkey !== vkey.slice(0, -1))
    throw new Fault(VKEY_FILE, 'is not of the key that signs');
  const note = await readIfThere(join(dir, CHECKPOINT_FILE));
  if (!note) return { checkpoint: { origin: verifier.name, size: 0, root: EMPTY_ROOT }, witnessed: false };
  const { text, others } = openNote(utf8Of(note), verifier);
  const [stranger] = others;
  if (stranger)
    throw new Fault(CHECKPOINT_FILE, `has a signature line of ${stranger.name}, whom nobody named`);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== verifier.name) throw new Fault(CHECKPOINT_FILE, 'is of another log');
  return { checkpoint, witnessed: false };
}

function utf8Of(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new Fault(CHECKPOINT_FILE, 'is no UTF-8');
  return text;
}

/** The writer's own memory: as far as the checkpoint, or one step ahead. */
async function checkHead(dir: string, checkpoint: Checkpoint): Promise<Frontier> {
  const head = await readHead(dir);
  if ((head?.size ?? 0) < checkpoint.size) throw new Fault('head', 'is older than the checkpoint');
  if (head && checkpoint.size === 0) throw new Fault(CHECKPOINT_FILE, 'is missing');
  const frontier = head ? await frontierOf(dir, head) : new Frontier();
  if (frontier.size === checkpoint.size && !frontier.root().equals(checkpoint.root))
    throw new Fault('head', 'has another root than the checkpoint');
  return frontier;
}
