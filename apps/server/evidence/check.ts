import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkProof, LOGS, type LogName, type Written, witnessOf } from '@weir/ledger';
import { hashOf } from '@weir/media/tap/clip.ts';
import { framesWithin } from '@weir/media/tap/clipCheck.ts';
import { type Bundle, MANIFEST, READ_ME } from './bundle.ts';
import { shownDigest } from './shown.ts';
import { unpack } from './unpack.ts';

/** What a bundle proves: `logs` name whose logs signed it. Times are wall ms. */
export type BundleReport = {
  id: string;
  broadcast: string;
  parts: { file: string; from: number; to: number; frames: number }[];
  records: Partial<Record<LogName, number>>;
  logs: { log: LogName; origin: string; size: number; vkey: string }[];
  /** Whether every witness that was named has signed every log, and there is one. */
  witnessed: boolean;
  takenBy: string;
  ground: string;
};

/**
 * Checks a bundle from itself alone: every record lies under a signed checkpoint; every recorded file is what its
 * record says; every frame of every part stands in them; and the log says who took this very clip.
 * @throws Error naming the first thing that does not hold
 */
export async function checkBundle(path: string, witnesses: readonly string[] = []): Promise<BundleReport> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-bundle-'));
  try {
    const names = await unpack(path, folder);
    if (!names.includes(MANIFEST)) throw new Error(`the bundle has no ${MANIFEST}`);
    const bundle = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Bundle;
    if (bundle.v !== 1) throw new Error('the bundle has a form that is not known here');
    const listed = [...bundle.parts, ...bundle.recorded].map(({ file }) => file);
    const stray = names.find((name) => ![MANIFEST, READ_ME, ...listed].includes(name));
    if (stray) throw new Error(`${stray} is in the bundle and not in its list`);
    const missing = listed.find((name) => !names.includes(name));
    if (missing !== undefined) throw new Error(`${missing} is in the bundle’s list and not in the bundle`);
    const { logs, records, witnessed } = checkProofs(bundle, witnesses);
    await checkRecorded(folder, bundle, records.get('content') ?? []);
    await checkParts(folder, bundle);
    const { user, ground } = taken(bundle, records);
    return {
      id: bundle.id,
      broadcast: bundle.broadcast,
      parts: bundle.parts.map(({ file, fromMs, toMs, frames }) => ({ file, from: fromMs, to: toMs, frames })),
      records: Object.fromEntries([...records].map(([log, of]) => [log, of.length])),
      logs,
      witnessed,
      takenBy: String(user),
      ground: String(ground),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkProofs(
  { proofs }: Bundle,
  vkeys: readonly string[],
): Pick<BundleReport, 'logs' | 'witnessed'> & { records: Map<LogName, Written[]> } {
  const witnesses = vkeys.map(witnessOf);
  const logs: BundleReport['logs'] = [];
  const records = new Map<LogName, Written[]>();
  let witnessed = witnesses.length > 0;
  for (const log of LOGS) {
    const proof = proofs[log];
    if (!proof) continue;
    const proved = checkProof(proof, witnesses);
    const { origin, size } = proved.checkpoint;
    if (!origin.endsWith(`/${log}`)) throw new Error(`the proof of ${log} is of ${origin}`);
    logs.push({ log, origin, size, vkey: proof.vkey });
    records.set(log, proved.records);
    witnessed &&= proved.cosigned.length === witnesses.length;
  }
  return { logs, records, witnessed };
}

async function checkRecorded(folder: string, bundle: Bundle, content: readonly Written[]): Promise<void> {
  const records = new Map(content.map((record) => [record.n, record]));
  if (bundle.recorded.length === 0) throw new Error('the bundle has no recorded file');
  for (const { file, n } of bundle.recorded) {
    const record = records.get(n);
    if (record?.kind !== 'segment.recorded' || record.broadcast !== bundle.broadcast)
      throw new Error(`no record proves ${file}`);
    const { bytes, hash } = await hashOf(join(folder, file));
    const said = record as { bytes?: unknown; hash?: unknown };
    if (said.bytes !== bytes || said.hash !== hash) throw new Error(`${file} is not what was recorded`);
  }
}

async function checkParts(folder: string, bundle: Bundle): Promise<void> {
  const recorded = bundle.recorded.map(({ file }) => join(folder, file));
  for (const { file, bytes, hash, frames } of bundle.parts) {
    const there = await hashOf(join(folder, file));
    if (there.bytes !== bytes || there.hash !== hash) throw new Error(`${file} was altered`);
    if ((await framesWithin(join(folder, file), recorded)) !== frames)
      throw new Error(`${file} has frames that were not recorded`);
  }
}

type Taken = Written & Partial<Record<'ground' | 'from' | 'to' | 'parts' | 'stretches' | 'shown', unknown>>;

/** The record of who took the clip, held against everything that the bundle says of itself. */
function taken(bundle: Bundle, records: ReadonlyMap<LogName, readonly Written[]>): Taken {
  const record = records
    .get('access')
    ?.find(
      (one) => one.kind === 'evidence.clipped' && one.id === bundle.id && one.broadcast === bundle.broadcast,
    ) as Taken | undefined;
  if (!record) throw new Error('no record says who took the clip');
  const { from, to, parts, stretches, shown } = record;
  const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const of = <T>(what: (part: Bundle['parts'][number]) => T): T[] => bundle.parts.map(what);
  if (
    !isSame(
      parts,
      of(({ hash }) => hash),
    )
  )
    throw new Error('who took a clip took another one');
  if (!isSame([from, to], [bundle.asked.from, bundle.asked.to]))
    throw new Error('who took the clip asked for another stretch');
  // Clips of before have neither.
  if (
    stretches !== undefined &&
    !isSame(
      stretches,
      of(({ fromMs, toMs }) => [fromMs, toMs]),
    )
  )
    throw new Error('a clip is of other times than the bundle says');
  const numbers = (log: LogName): number[] => records.get(log)?.map(({ n }) => n) ?? [];
  const chosen = { content: numbers('content'), moderation: numbers('moderation') };
  if (shown !== undefined && shown !== shownDigest(chosen))
    throw new Error('the bundle has other records than were taken');
  return record;
}
