import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { checkBlockProof, checkShown } from '../evidence/check.ts';
import { Leaves } from '../evidence/leaves.ts';
import { readSigned } from '../evidence/signed.ts';
import { readSlots } from '../keys/readSlots.ts';
import type { SlotFile } from '../keys/slots.ts';
import { LOGS, type LogName } from '../record.ts';
import {
  CASE_FILE,
  CASES_FOLDER,
  caseBlocks,
  caseLabel,
  readCase,
  readReviews,
} from '../retention/caseFile.ts';
import { frameKey, readFrames } from '../retention/keptFile.ts';
import { KEPT_FOLDER, KeptStore, keptLabel } from '../retention/keptStore.ts';
import { parseCheckpoint } from '../tree/checkpoint.ts';
import { openNote, verifierOf } from '../tree/note.ts';
import { readFormer, VKEY_FILE } from '../tree/signer.ts';
import { Fault } from './fault.ts';

/** What was found of records that outlived their day: those of a log until a day, or those of a case. */
export type KeptReport = { part: string; checked: number; media: number; fault?: string };

const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => []);

/** Checks what outlived its day in a store that nobody has open, or that somebody has. @throws Error where the keys cannot be read */
export async function verifyKeptStore({
  dir,
  kekPath,
}: {
  dir: string;
  kekPath?: string;
}): Promise<KeptReport[]> {
  const slots = readSlots(dir, kekPath);
  try {
    return await verifyKept(dir, slots);
  } finally {
    slots.close();
  }
}

/** Checks every kept file and case store of `dir` from the files alone. */
export async function verifyKept(
  dir: string,
  slots: SlotFile,
  logs: readonly LogName[] = LOGS,
): Promise<KeptReport[]> {
  const reports: KeptReport[] = [];
  const check = async (part: string, run: (report: KeptReport) => Promise<void>): Promise<void> => {
    const report: KeptReport = { part, checked: 0, media: 0 };
    try {
      await run(report);
    } catch (why) {
      report.fault = (why as Error).message;
    }
    reports.push(report);
  };
  // Its key is gone and a crash left the files: they say nothing any more, and the next purge removes them.
  for (const log of logs)
    for (const until of (await namesIn(join(dir, KEPT_FOLDER, log))).sort())
      if (!slots.isDestroyed(keptLabel(log, until)))
        await check(`${KEPT_FOLDER}/${log}/${until}`, (report) => checkUntil(dir, slots, log, until, report));
  for (const id of (await namesIn(join(dir, CASES_FOLDER))).sort())
    if (!slots.isDestroyed(caseLabel(id)))
      await check(`${CASES_FOLDER}/${id}`, (report) => checkCase(dir, slots, id, report));
  return reports;
}

async function checkUntil(
  dir: string,
  slots: SlotFile,
  log: LogName,
  until: string,
  report: KeptReport,
): Promise<void> {
  const signed = await readSigned(join(dir, log));
  const leaves = new Leaves(join(dir, log), signed?.checkpoint.size ?? 0);
  for await (const kept of new KeptStore(dir, slots).blocks(log, until)) {
    const { block, records } = checkShown(kept);
    const { value } = await leaves.from(block.first).next();
    if (value?.leaf !== kept.leaf || !value.block.digest.equals(block.digest))
      throw new Fault(report.part, `block ${kept.leaf} is not what the tree has there`, block.first);
    report.checked += records.length;
  }
}

/** Checks one case store: its records by their proofs, its recordings by the hashes that the records name. */
async function checkCase(dir: string, slots: SlotFile, id: string, report: KeptReport): Promise<void> {
  const label = caseLabel(id);
  const slot = slots.get(label);
  if (!slot) throw new Fault('keys.slots', `the key of ${label} is gone`);
  const key = frameKey(slot, label);
  const path = join(dir, CASES_FOLDER, id, CASE_FILE);
  const hold = await readCase(path, key);
  await readReviews(join(dir, CASES_FOLDER, id), key);
  const hashes = new Map<string, string>();
  for await (const kept of caseBlocks(path, key)) {
    const signed = hold.signed[kept.log];
    if (!signed) throw new Fault(report.part, `nothing was signed of ${kept.log}`);
    const folder = join(dir, kept.log);
    const own = String((await readIfThere(join(folder, VKEY_FILE))) ?? '').trimEnd();
    if (own !== '' && own !== signed.vkey && !(await readFormer(folder)).includes(signed.vkey))
      throw new Fault(report.part, `its ${kept.log} is of another store`);
    const head = parseCheckpoint(openNote(signed.note, verifierOf(signed.vkey)).text);
    const records = checkBlockProof({ ...kept, path: kept.path ?? [] }, head);
    report.checked += records.length;
    for (const record of records) {
      const { path: at, hash } = record as { path?: unknown; hash?: unknown };
      if (record.kind === 'segment.recorded') hashes.set(String(at), String(hash));
    }
  }
  for (const media of hold.media) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of readFrames(join(dir, CASES_FOLDER, id, media.file), key)) {
      hash.update(piece);
      bytes += piece.length;
    }
    if (hash.digest('hex') !== hashes.get(media.path) || bytes !== media.bytes)
      throw new Fault(report.part, `${media.path} is not what was recorded`);
    report.media++;
  }
}
