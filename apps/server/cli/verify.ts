import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EpochReport,
  type KeptReport,
  type LogName,
  type LogReport,
  type ReceiptsReport,
  s3PlaceOf,
  troubleOf,
  type Unread,
  verifyKeptStore,
  verifyStore,
} from '@weir/ledger';
import { type RecordingsReport, verifyRecordings } from '../control/recordings/verify.ts';
import { verifyRetention } from '../control/retention/verify.ts';
import { sizeOf } from './size.ts';

/** Recordings, and parts without a receipt, that are named on the screen; `--json` has more. */
const MOST_SHOWN = 20;
/** Sound, but nobody outside has signed it. */
const UNWITNESSED = 3;
/** What could be read holds, and some could not be read. */
const NOT_CHECKED = 4;
const EACH_MS = 200;

/**
 * `weir verify`: checks a store from its files alone, also while the service runs, and prints a line a log, then one
 * of what outlived its day, one of receipts where something is gone or held, and one of recordings, here and in the bucket.
 * @returns 0 where all holds, 1 where something does not, 4 where what lies in a bucket that is away could not be
 * looked at and all else holds, 3 where it holds and the witnesses (those given by `vkey`,
 * else those that the store names) have not signed it, unless `local` asks for no more
 */
export async function verify(
  dataDir: string,
  {
    log,
    local,
    json,
    witnesses,
    kekFile,
    tsa,
    s3Url,
  }: {
    log?: LogName | undefined;
    local: boolean;
    json: boolean;
    witnesses: readonly string[];
    kekFile?: string | undefined;
    tsa?: string | undefined;
    s3Url?: string | undefined;
  },
): Promise<number> {
  const dir = join(dataDir, 'ledger');
  if (!existsSync(dir)) throw new Error(`There is no ledger in ${dataDir}; set WEIR_DATA_DIR.`);
  const bar = progress();
  const reports = await verifyStore({
    dir,
    witnesses,
    ...(tsa ? { tsa: readFileSync(tsa, 'utf8') } : {}),
    ...(log ? { logs: [log] } : {}),
    ...(s3Url ? { storage: s3PlaceOf(s3Url) } : {}),
    ...(kekFile ? { kekPath: kekFile } : {}),
    onProgress: bar.show,
  });
  bar.clear();
  for (const report of reports) console.log(json ? JSON.stringify(report) : lineOf(report));
  const kept = log ? [] : await verifyKeptStore({ dir, ...(kekFile ? { kekPath: kekFile } : {}) });
  for (const report of kept) console.log(json ? JSON.stringify(report) : lineOfKept(report));
  const purgedDays = new Map(reports.map((report) => [report.log, report.purgedDays]));
  const receipts = log
    ? undefined
    : await verifyRetention({ dataDir, kekPath: kekFile, s3Url, purgedDays }).catch((why: Error) => why);
  if (receipts) for (const line of linesOfReceipts(receipts, json)) console.log(line);
  const recordings = log
    ? undefined
    : await verifyRecordings({ dataDir, kekPath: kekFile, s3Url, onProgress: bar.count }).catch(
        (why: Error) => why,
      );
  bar.clear();
  if (recordings instanceof Error) {
    const { message } = recordings;
    console.log(
      json ? JSON.stringify({ part: 'recordings', why: message }) : `recordings: NOT CHECKED: ${message}`,
    );
  } else if (recordings) for (const line of linesOfRecordings(recordings, json)) console.log(line);
  const looked = [receipts, recordings].filter((one) => one !== undefined);
  if (looked.some(isBad) || [...reports, ...kept].some(({ fault }) => fault)) return 1;
  if (looked.some(isUnread) || reports.some(({ unread }) => unread)) {
    if (!json) console.log('NOT CHECKED: what could be read holds; some could not be read (see above).');
    return NOT_CHECKED;
  }
  if (local || reports.every(({ witnessed, size }) => witnessed || size === 0)) return 0;
  const who = witnesses.length > 0 ? 'not every witness that you name' : 'nobody but Weir itself';
  if (!json) console.log(`UNWITNESSED: it holds, but ${who} has signed it (--local asks for no more).`);
  return UNWITNESSED;
}

type Looked = ReceiptsReport | RecordingsReport | Error;
/** Something does not hold, or cannot be read for another reason than that the bucket is away. */
const isBad = (report: Looked): boolean =>
  report instanceof Error ? !troubleOf(report) : report.faults.length > 0;
const isUnread = (report: Looked): boolean =>
  report instanceof Error || ('unchecked' in report && (report.unchecked > 0 || report.isPartial === true));

function lineOf(report: LogReport): string {
  const { log, origin, size, checked, purged, unsigned, cosigned, epochs, stamped, unread, fault } = report;
  if (fault) return `${log}: DOES NOT HOLD: ${fault}`;
  const parts = [`${checked} records in ${size} leaves`];
  if (purged > 0) parts.push(`${purged} purged`);
  if (unsigned > 0) parts.push(`${unsigned} to be signed within a second`);
  for (const { name, at } of cosigned) parts.push(`seen by ${name} at ${new Date(at).toISOString()}`);
  if (stamped) parts.push(`stamped by ${stamped.by} at ${new Date(stamped.at).toISOString()}`);
  const epoch = epochs.at(-1);
  if (epoch) parts.push(`epoch ${epoch.epoch}: ${lineOfEpoch(epoch)}`);
  const said = unread ? `NOT CHECKED: ${lineOfUnread(unread)}; what could be read holds` : 'holds';
  return `${log}: ${said}, ${parts.join(', ')} (${origin})`;
}

/** Which sealed records a bucket did not give. */
function lineOfUnread({ records, days, why }: Unread): string {
  const span = days.length > 1 ? `${days.length} days from ${days[0]} to ${days.at(-1)}` : days[0];
  return `${records} records of ${span} could not be read (${why})`;
}

/** What a restore left behind it. */
function lineOfEpoch({ after, size, witnessedBy, at, kept, lostLeaves, lostSince }: EpochReport): string {
  const witnessed = witnessedBy.length > 0 ? `seen by ${witnessedBy.join(', ')}` : 'unwitnessed';
  const lost = lostLeaves > 0 ? `, ${lostLeaves} leaves of it are lost` : '';
  const gap = `records behind ${kept} since ${lostSince} may be missing`;
  return `restored at ${at} after ${after}, whose last known checkpoint (size ${size}, ${witnessed}) it names${lost}; ${gap}`;
}

/** Records that outlived their day, or that a case holds. */
function lineOfKept({ part, checked, media, fault }: KeptReport): string {
  if (fault) return `${part}: DOES NOT HOLD: ${fault}`;
  return `${part}: holds, ${checked} records${media > 0 ? `, ${media} recordings` : ''}`;
}

function linesOfReceipts(report: ReceiptsReport | Error, json: boolean): string[] {
  if (report instanceof Error)
    return [
      json
        ? JSON.stringify({ part: 'receipts', why: report.message })
        : `receipts: NOT CHECKED: ${report.message}`,
    ];
  if (json) return [JSON.stringify(report)];
  const { purged, kept, cases, leftOut, unchecked, isPartial, why, faults } = report;
  const parts = [];
  if (purged > 0) parts.push(`${purged} days gone, each with its receipt`);
  if (kept > 0) parts.push(`${kept} files carried over`);
  if (cases > 0) parts.push(`${cases} holds`);
  if (leftOut > 0) parts.push(`${leftOut} gone before the restore, or longer than receipts are kept`);
  if (unchecked > 0) parts.push(`${unchecked} gone whose receipt may lie in the bucket`);
  if (faults.length > 0) return ['receipts: DO NOT HOLD:', ...named(faults, faults.length)];
  if (isPartial)
    return [
      `receipts: NOT CHECKED: some of them could not be read (${why}); ${parts.join(', ') || 'none here'}`,
    ];
  return parts.length > 0 ? [`receipts: hold, ${parts.join(', ')}`] : [];
}

/** The first of what does not hold, indented, and how many more there are. */
function named(faults: readonly string[], all: number): string[] {
  const lines = faults.slice(0, MOST_SHOWN).map((fault) => `  ${fault}`);
  if (all > lines.length) lines.push(`  and ${all - lines.length} more`);
  return lines;
}

function linesOfRecordings(report: RecordingsReport, json: boolean): string[] {
  if (json) return [JSON.stringify(report)];
  const { checked, inBucket, bytes, purged, leftOut, bad, faults, unchecked, isPartial, why } = report;
  if (checked + purged + leftOut + bad + unchecked === 0 && !isPartial) return ['recordings: none'];
  const parts = [`${checked} are what was recorded (${sizeOf(bytes)})`];
  if (inBucket > 0) parts.push(`${inBucket} of them in the bucket`);
  if (purged > 0) parts.push(`${purged} purged`);
  if (leftOut > 0) parts.push(`${leftOut} not in the backup that this store came back from`);
  if (unchecked > 0) parts.push(`${unchecked} could not be looked at: ${why}`);
  if (isPartial) parts.push(`those of sealed days are not counted: ${why}`);
  const isUnread = unchecked > 0 || isPartial;
  const said = bad > 0 ? `DO NOT HOLD, ${bad} of them` : isUnread ? 'NOT CHECKED' : 'hold';
  return [`recordings: ${said}: ${parts.join(', ')}`, ...named(faults, bad)];
}

const BAR_CELLS = 30;

/** How far it has come, as a bar on a terminal's stderr alone. */
function progress(): {
  show(log: LogName, records: number, of: number): void;
  count(recordings: number): void;
  clear(): void;
} {
  const isTerminal = process.stderr.isTTY;
  let last = 0;
  const isTime = (): boolean => {
    if (!isTerminal || performance.now() - last < EACH_MS) return false;
    last = performance.now();
    return true;
  };
  return {
    count(recordings) {
      if (isTime()) process.stderr.write(`\r\x1b[K${recordings} recordings`);
    },
    show(log, records, of) {
      if (!isTime()) return;
      const share = of > 0 ? Math.min(1, records / of) : 1;
      const bar = '█'.repeat(Math.floor(share * BAR_CELLS)).padEnd(BAR_CELLS, '░');
      process.stderr.write(`\r\x1b[K${log} ${bar} ${Math.floor(share * 100)} % (${records} of ${of})`);
    },
    clear() {
      if (isTerminal) process.stderr.write('\r\x1b[K');
    },
  };
}
