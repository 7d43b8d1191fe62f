import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, silentLog } from '@weir/kit';
import { Ledger, type LedgerRecord } from '@weir/ledger';

/** To the ledger's process: records to append, or the question what CPU it has used. */
export type LedgerAsk = { id: number; records?: LedgerRecord[] };
/** From it: the records of `id` are on disk; `cpuSeconds` where that was asked. */
export type LedgerAnswer = { id: number; cpuSeconds?: number };

/** The ledger in a process of its own, as control is one: what it is sent it appends, signs each second, and answers. */
const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-ledger-'));
const ledger = await Ledger.open({ dir, clock: realClock, log: silentLog });
process.on('message', async ({ id, records }: LedgerAsk) => {
  if (records) await ledger.append(records);
  process.send?.(records ? { id } : { id, cpuSeconds: usedHere() });
});
process.on('disconnect', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit();
});
process.send?.({ ready: true });

function usedHere(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
