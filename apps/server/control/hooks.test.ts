import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, readConfig, realClock, SimulatedClock, silentLog } from '@weir/kit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from './database.ts';
import { Hooks, signature } from './hooks.ts';
import { openStage, type Stage } from './testing/stage.ts';

type Got = { headers: IncomingMessage['headers']; text: string; body: Record<string, unknown> };

/** A receiver on the loopback that answers as a test says; keeps what came. */
async function openReceiver() {
  const got: Got[] = [];
  const receiver = {
    got,
    answer: (_got: Got, response: ServerResponse): void => void response.writeHead(200).end(),
    url: '',
    close: (): Promise<void> => new Promise((resolve) => server.close(() => resolve())),
  };
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const one = { headers: request.headers, text, body: JSON.parse(text) };
      got.push(one);
      receiver.answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  receiver.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return receiver;
}
type Receiver = Awaited<ReturnType<typeof openReceiver>>;

const SOON = { timeout: 60_000, interval: 50 };
const SECRET = 'a-secret-of-the-receiver';
let stage: Stage;
let database: Database;
let receiver: Receiver;
let live: Receiver;
const open: Hooks[] = [];

beforeAll(async () => {
  live = await openReceiver();
  stage = await openStage({
    env: { WEIR_WEBHOOK_URL: live.url, WEIR_PURGE_URL: `${live.url}purge`, WEIR_GRACE_MS: '500' },
  });
  database = new Database({
    connection: stage.postgres.connection,
    log: silentLog,
    clock: realClock,
    onUp: async () => {},
  });
  await database.open();
  receiver = await openReceiver();
}, 180_000);
afterEach(async () => {
  for (const hooks of open.splice(0)) hooks.close();
  receiver.got.length = 0;
  receiver.answer = (_got, response) => response.writeHead(200).end();
  await rows('DELETE FROM deliveries');
});
afterAll(async () => {
  await receiver?.close();
  await database?.close();
  await stage?.close();
  await live?.close();
});

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(stage.postgres.connection);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

function hooksOf(
  clock = new SimulatedClock(),
  env: Record<string, string> = {},
  log: Log = silentLog,
): Hooks {
  const config = readConfig({ WEIR_WEBHOOK_URL: receiver.url, WEIR_WEBHOOK_SECRET: SECRET, ...env });
  const hooks = new Hooks({ config, clock, log, database: () => database });
  open.push(hooks);
  return hooks;
}

const came = (n: number, from = receiver): Promise<void> =>
  vi.waitFor(() => expect(from.got).toHaveLength(n), SOON);
/** No delivery waits any more. */
const allTaken = (): Promise<void> =>
  vi.waitFor(async () => expect(await rows('SELECT id FROM deliveries')).toEqual([]), SOON);

describe('a webhook', () => {
  it('is signed over time and body, and gone from the queue when it was taken', async () => {
    const clock = new SimulatedClock(1_700_000_000_000);
    expect(await hooksOf(clock).send('broadcast.started', { broadcast: 'b' })).toBe(true);
    await came(1);
    const [one] = receiver.got as [Got];
    expect(one.body).toMatchObject({
      event: 'broadcast.started',
      broadcast: 'b',
      at: '2023-11-14T22:13:20.000Z',
    });
    expect(one.headers).toMatchObject({
      'weir-event': 'broadcast.started',
      'weir-delivery': one.body['id'],
      'weir-signature': signature(SECRET, 1_700_000_000, one.text),
    });
    expect(signature(SECRET, 1_700_000_000, `${one.text} `)).not.toBe(one.headers['weir-signature']);
    await allTaken();
  });

  it('is tried again after one second, then five, with the same id, until it is taken', async () => {
    const clock = new SimulatedClock();
    receiver.answer = (_got, response) => response.writeHead(receiver.got.length < 3 ? 503 : 200).end();
    await hooksOf(clock).send('broadcast.ended', { broadcast: 'b' });
    await came(1);
    for (const [wait, count] of [
      [1_000, 2],
      [5_000, 3],
    ] as const) {
      // The wait begins when the refusal has been read: the clock is moved until it is there.
      await vi.waitFor(() => {
        clock.advance(wait);
        expect(receiver.got).toHaveLength(count);
      }, SOON);
    }
    expect(new Set(receiver.got.map(({ headers }) => headers['weir-delivery'])).size).toBe(1);
    await allTaken();
    clock.advance(3_600_000);
    expect(receiver.got).toHaveLength(3);
  });

  it('is given up after its last try, with a line in the log', async () => {
    const clock = new SimulatedClock();
    const error = vi.fn();
    receiver.answer = (_got, response) => response.writeHead(500).end();
    await hooksOf(clock, {}, { ...silentLog, error }).send('broadcast.ended', { broadcast: 'b' });
    await vi.waitFor(
      () => {
        clock.advance(21_600_000);
        expect(error).toHaveBeenCalledOnce();
      },
      { timeout: 60_000, interval: 20 },
    );
    expect(error.mock.calls[0]?.[0]).toMatchObject({ event: 'broadcast.ended', tries: 9 });
    expect(receiver.got).toHaveLength(9);
  });

  it('goes on after a restart under the same id', async () => {
    receiver.answer = (_got, response) => response.writeHead(503).end();
    const first = hooksOf();
    expect(await first.send('broadcast.started', { broadcast: 'b' })).toBe(true);
    await came(1);
    first.close();
    receiver.answer = (_got, response) => response.writeHead(200).end();
    await database.read((db) => hooksOf().resume(db));
    await came(2);
    expect(receiver.got[1]?.headers['weir-delivery']).toBe(receiver.got[0]?.headers['weir-delivery']);
    expect(receiver.got[1]?.body).toEqual(receiver.got[0]?.body);
  });

  it('follows no redirect and calls no address but that of the configuration in force', async () => {
    const other = await openReceiver();
    receiver.answer = (_got, response) => response.writeHead(307, { location: other.url }).end();
    const first = hooksOf();
    await first.send('broadcast.started', { broadcast: 'b' });
    await came(1);
    first.close();
    // The row names the old address; now another is configured, and then none.
    await database.read((db) => hooksOf(new SimulatedClock(), { WEIR_WEBHOOK_URL: other.url }).resume(db));
    await came(1, other);
    expect(receiver.got).toHaveLength(1);
    await other.close();
    await hooksOf().send('broadcast.started', { broadcast: 'c' });
    await database.read((db) => hooksOf(new SimulatedClock(), { WEIR_WEBHOOK_URL: '' }).resume(db));
    await allTaken();
  });

  it('that hangs holds up no purge, and a thousand that wait are the most', async () => {
    const purges = await openReceiver();
    const error = vi.fn();
    receiver.answer = () => {};
    const hooks = hooksOf(new SimulatedClock(), { WEIR_PURGE_URL: purges.url }, { ...silentLog, error });
    const sent = Array.from({ length: 1_003 }, (_, n) => hooks.send('broadcast.started', { n }));
    void hooks.send('purge', { broadcast: 'b', prefixes: ['/hls/b/'] });
    await came(1, purges);
    expect(purges.got[0]?.body).toMatchObject({ event: 'purge', prefixes: ['/hls/b/'] });
    expect(error.mock.calls.map(([fields]) => fields.why)).toEqual(Array(4).fill('queue full'));
    await Promise.all(sent);
    await purges.close();
  }, 180_000);
});

describe('events of a broadcast', () => {
  it('come as started, interrupted, cut with the certificate, and ended; a cut purges its paths', async () => {
    const publisher = await stage.signIn('demo-publisher');
    const reviewer = await stage.signIn('demo-reviewer');
    const create = async () =>
      (
        await stage.call(publisher, 'POST', '/api/broadcasts', {
          title: '试',
          kind: 'video',
          category: 'chat',
        })
      ).body;
    const events = (id: string): string[] =>
      live.got.filter(({ body }) => body['broadcast'] === id).map(({ body }) => String(body['event']));
    const heard = (id: string, names: string[]): Promise<void> =>
      vi.waitFor(() => expect(events(id).toSorted()).toEqual(names.toSorted()), { timeout: 60_000 });

    const one = await create();
    const first = await stage.publish(one.ingest);
    await heard(one.id, ['broadcast.started']);
    first.close();
    await heard(one.id, ['broadcast.started', 'broadcast.interrupted', 'broadcast.ended']);

    const two = await create();
    await stage.publish(two.ingest);
    await heard(two.id, ['broadcast.started']);
    const { body } = await stage.call(reviewer, 'POST', `/api/broadcasts/${two.id}/cut-off`, {
      reason: 'other',
    });
    await heard(two.id, ['broadcast.started', 'broadcast.cut', 'purge']);
    const told = live.got.find(({ body: got }) => got['event'] === 'broadcast.cut');
    expect(told?.body).toMatchObject({ reason: 'other', certificate: { id: body.id, state: 'final' } });
    const purge = live.got.find(({ body: got }) => got['event'] === 'purge');
    expect(purge?.body['prefixes']).toEqual(
      expect.arrayContaining([`/hls/${two.id}/`, `/live/${two.id}.flv`]),
    );
  }, 180_000);

  it('that PostgreSQL could not take are stored when it is back', async () => {
    const publisher = await stage.signIn('demo-publisher');
    const reviewer = await stage.signIn('demo-reviewer');
    const made = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '试',
      kind: 'video',
      category: 'chat',
    });
    const { id } = made.body;
    live.answer = (_got, response) => response.writeHead(503).end();
    await stage.stopPostgres();
    expect(
      (await stage.call(reviewer, 'POST', `/api/broadcasts/${id}/cut-off`, { reason: 'other' })).status,
    ).toBe(200);
    await stage.startPostgres();
    await vi.waitFor(
      async () =>
        expect(
          (await rows(`SELECT event FROM deliveries WHERE body->>'broadcast' = '${id}' ORDER BY event`)).map(
            ({ event }) => event,
          ),
        ).toEqual(['broadcast.cut', 'purge']),
      { timeout: 60_000, interval: 100 },
    );
    live.answer = (_got, response) => response.writeHead(200).end();
  }, 180_000);
});
