import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Config, silentLog } from '@weir/kit';
import { identitiesFrom, keptKekPath } from '../backup/identity.ts';
import { type RestoreReport, restoreBackup } from '../backup/restore/restore.ts';
import type { Operator } from './operator.ts';
import { Bar } from './progress.ts';
import { sizeOf } from './size.ts';

export type RestoreAsk = {
  from: string;
  identities: string[];
  shares: string[];
  generation: string | undefined;
  kek: string | undefined;
  checkpoints: string[];
  tombstones: string[];
  receipts: string[];
  json: boolean;
};

const textsOf = (paths: readonly string[]): string[] => paths.map((path) => readFileSync(path, 'utf8'));

/**
 * `weir restore`: a store of a backup in an empty data directory, verified, closed until `weir reopen`.
 * @returns 0 done; what is refused or broken throws, and nothing of it stays
 */
export async function restore(ask: RestoreAsk, config: Config): Promise<number> {
  const bar = new Bar();
  try {
    const report = await restoreBackup({
      config,
      from: resolve(ask.from),
      identities: await identitiesFrom(ask.identities, ask.shares),
      generation: ask.generation,
      kekFile: ask.kek,
      keptKek: keptKekPath,
      checkpoints: textsOf(ask.checkpoints),
      tombstones: textsOf(ask.tombstones),
      receipts: textsOf(ask.receipts),
      now: Date.now(),
      log: silentLog,
      onProgress: (phase, done, of) => bar.show({ phase, done, of }),
    });
    bar.clear();
    if (ask.json) console.log(JSON.stringify(report));
    else print(report, config);
    return 0;
  } finally {
    bar.clear();
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

function print(report: RestoreReport, config: Config): void {
  const {
    generation,
    cutAt,
    knownUntil,
    entries,
    bytes,
    epochs,
    records,
    cuts,
    accountsClosed,
    dropped,
    expired,
  } = report;
  console.log(
    `restored ${generation} into ${config.dataDir}: ${entries} files, ${sizeOf(bytes)}; the ledger holds`,
  );
  for (const [log, epoch] of Object.entries(epochs)) {
    const lost =
      epoch.lost.leaves > 0 ? `, ${epoch.lost.leaves} leaves of the last known checkpoint are lost` : '';
    console.log(
      `  ${log}: epoch ${epoch.epoch}, ${records[log as keyof typeof records]} records up to ${epoch.kept}; what came after ${iso(cutAt)} is lost${lost}`,
    );
  }
  if (dropped.length > 0) console.log(`  purged since, not restored: ${dropped.join(', ')}`);
  if (expired > 0) console.log(`  ${expired} recordings had their term in the backup and are not restored`);
  console.log(`  ${cuts} cuts stand; ${accountsClosed} accounts were closed after the backup`);
  console.log(
    `  cuts and closed accounts after ${iso(knownUntil)} are not known: bring them with --tombstones, or look yourself`,
  );
  console.log('The service starts closed: weir start, look around, then weir reopen --note TEXT.');
}

/** `weir reopen`: opens a service that was restored, on record. */
export async function reopen(note: string, operator: Operator, json: boolean): Promise<number> {
  const answer = await operator<{ restored: { knownUntil: string } | null }>('POST', '/api/service/reopen', {
    note,
  });
  if (json) console.log(JSON.stringify(answer));
  else
    console.log(
      `The service is open. Cuts and accounts closed after ${answer.restored?.knownUntil ?? 'the backup'} were not known to it.`,
    );
  return 0;
}
