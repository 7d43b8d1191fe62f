import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, silentLog } from '@weir/kit';
import { DEFAULT_LIMITS, Rooms } from '@weir/rooms';

/**
 * The serving process: rooms with the shipped limits, each commit appended to a file and synced before it is shown;
 * with the argument `ledger` appended to a ledger instead, in a process of its own.
 */
const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-'));
const file = await open(join(dir, 'content.ndjson'), 'a');
const begun = realClock.mono();
const ledger = process.argv[2] === 'ledger' ? await startLedger() : undefined;

type Commit = (records: object[]) => Promise<void>;

async function startLedger(): Promise<Commit> {
  const child = fork(new URL('ledger.ts', import.meta.url));
  const waiting = new Map<number, () => void>();
  await once(child, 'message');
  child.on('message', ({ id }: { id: number }) => {
    waiting.get(id)?.();
    waiting.delete(id);
  });
  let next = 0;
  return (records) =>
    new Promise((done) => {
      waiting.set(next, done);
      child.send({ id: next++, records });
    });
}

async function toFile(records: object[]): Promise<void> {
  await file.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await file.datasync();
}

const rooms = new Rooms({
  clock: realClock,
  log: silentLog,
  limits: DEFAULT_LIMITS,
  host: {
    commit: ledger ?? toFile,
    history: () => Promise.resolve({ offset: 0, items: [], held: [] }),
    outputMs: () => Math.round(realClock.mono() - begun),
  },
});
const open_ = { mode: 'open', delayMs: 0, rule: 'bench' } as const;
rooms.set('danmaku', { gate: { media: open_, messages: open_ }, slowMs: 0 });

const server = createServer();
server.on('upgrade', (req, socket, head) => {
  const who = new URL(req.url ?? '/', 'http://bench').searchParams.get('u');
  rooms.join(req, socket, head, {
    room: 'danmaku',
    session: 'bench',
    address: '127.0.0.1',
    ...(who ? { user: { id: who, nickname: `观众${who}` } } : {}),
  });
});
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit();
});
