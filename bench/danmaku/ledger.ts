import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, silentLog } from '@weir/kit';
import { Ledger, type LedgerRecord } from '@weir/ledger';

/** The ledger in a process of its own, as control is one: what it is sent it appends, signs each second, and answers. */
const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-ledger-'));
const ledger = await Ledger.open({ dir, clock: realClock, log: silentLog });
process.on('message', async ({ id, records }: { id: number; records: LedgerRecord[] }) => {
  await ledger.append(records);
  process.send?.({ id });
});
process.on('disconnect', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit();
});
process.send?.({ ready: true });
