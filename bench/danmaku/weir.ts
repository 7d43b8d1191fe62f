import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, silentLog } from '@weir/kit';
import { DEFAULT_LIMITS, Rooms } from '@weir/rooms';

/** The serving process: rooms with the shipped limits, each commit appended to a file and synced before it is shown. */
const dir = mkdtempSync(join(tmpdir(), 'weir-danmaku-'));
const file = await open(join(dir, 'content.ndjson'), 'a');
const begun = realClock.mono();

const rooms = new Rooms({
  clock: realClock,
  log: silentLog,
  limits: DEFAULT_LIMITS,
  host: {
    async commit(records) {
      await file.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await file.datasync();
    },
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
