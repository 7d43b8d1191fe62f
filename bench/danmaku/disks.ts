import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerAnswer, LedgerAsk } from './ledger.ts';

/** Where rooms put their records; `cpuSeconds` is what a process of its own has used for it so far (0 without one). */
export type Disk = {
  commit(records: object[]): Promise<void>;
  cpuSeconds(): Promise<number>;
};

/** A plain file: the same records as JSON lines, appended and synced before `commit` resolves. */
export async function plainFile(): Promise<Disk> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = await open(join(dir, 'content.ndjson'), 'a');
  return {
    async commit(records) {
      await file.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await file.datasync();
    },
    cpuSeconds: async () => 0,
  };
}

/** A ledger in a process of its own, as control is one. */
export async function ledgerProcess(): Promise<Disk> {
  const child = fork(new URL('ledger.ts', import.meta.url));
  await once(child, 'message');
  const waiting = new Map<number, (answer: LedgerAnswer) => void>();
  child.on('message', (answer: LedgerAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let next = 0;
  const ask = (what: object): Promise<LedgerAnswer> =>
    new Promise((done) => {
      waiting.set(next, done);
      child.send({ id: next++, ...what } satisfies LedgerAsk);
    });
  return {
    commit: async (records) => void (await ask({ records })),
    cpuSeconds: async () => (await ask({})).cpuSeconds ?? Number.NaN,
  };
}
