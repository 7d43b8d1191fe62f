import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock, silentLog } from '@weir/kit';
import { DEFAULT_LIMITS, Rooms } from '@weir/rooms';
import { type Disk, ledgerProcess, plainFile } from './disks.ts';

/** To the serving process: where commits go from now on, or the question what CPU was used. */
export type ServingAsk = { op: 'to'; to: 'file' | 'ledger' } | { op: 'cpu' };
/** CPU seconds (user and system, all threads, those that have ended too) of this process and of the ledger's. */
export type Used = { serving: number; ledger: number };

/**
 * The serving process: rooms with the shipped limits, each commit appended to a file and synced before it is shown.
 * With the argument `ledger` there is a ledger beside the file, and the asker says which of them takes the commits.
 */
const file = await plainFile();
const ledger = process.argv[2] === 'ledger' ? await ledgerProcess() : undefined;
let disk: Disk = file;
const begun = realClock.mono();

const rooms = new Rooms({
  clock: realClock,
  log: silentLog,
  limits: DEFAULT_LIMITS,
  host: {
    commit: (records) => disk.commit(records),
    history: () => Promise.resolve({ offset: 0, items: [], held: [] }),
    outputMs: () => Math.round(realClock.mono() - begun),
  },
});
const open_ = { mode: 'open', delayMs: 0, rule: 'bench' } as const;
rooms.set('danmaku', { gate: { media: open_, messages: open_ }, slowMs: 0 });

async function used(): Promise<Used> {
  const beside = (await ledger?.cpuSeconds()) ?? 0;
  const { user, system } = process.cpuUsage();
  return { serving: (user + system) / 1e6, ledger: beside };
}

process.on('message', async (ask: ServingAsk) => {
  if (ask.op === 'to') disk = ask.to === 'ledger' && ledger ? ledger : file;
  process.send?.(await used());
});

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
process.on('disconnect', () => process.exit());
