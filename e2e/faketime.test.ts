import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, call, createBroadcast, type Play, signIn } from './client.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { weir as runWeir } from './weir.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PASSWORD = 'a-password-of-two-persons';
const TWO_MUST = /^Nothing is due but by the wall clock alone \(\d+ in .*two administrators must confirm/;
const SOON = { timeout: 60_000, interval: 300 };
const [LIBRARY = ''] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

/** Every process of Weir in a world whose wall clock is wrong by so much; monotonic time runs as it does. */
const wrongBy = (offset: string): Record<string, string> => ({
  LD_PRELOAD: LIBRARY,
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
});

let service: Service;
let room: Created;
const said: string[] = [];
const weir = (args: string[], input?: string) => runWeir(service, args, input);
const plan = async (): Promise<{ id: string; log: string; state: string }[]> =>
  (await weir(['retention', 'plan', '--json'])).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** Says something, as the next in the room. */
async function say(text: string): Promise<void> {
  const viewer: Client = await signIn(service, 'demo-viewer');
  const visitor = enter((await viewer.post<Play>(`/api/broadcasts/${room.id}/play`)).room);
  expect(await visitor.say(text)).toMatchObject({ t: 'ack', state: 'shown' });
  visitor.socket.close();
  said.push(text);
}

/** All that was said is there, once, in the order it was said, under offsets without a gap. */
async function inOrder(): Promise<void> {
  const { items } = await call<{ items: { text: string; offset: number }[] }>(
    service,
    '',
    'GET',
    `/api/rooms/${room.id}/messages`,
  );
  expect(items.map(({ text, offset }) => [text, offset])).toEqual(said.map((text, i) => [text, i + 1]));
  const found = await weir(['log', 'search', '--kind', 'message.published']);
  const texts = found.out.split('\n').flatMap((line) => (line ? [JSON.parse(line).text] : []));
  expect(texts).toEqual(said);
}

beforeAll(async () => {
  service = await startService();
  room = await createBroadcast(await signIn(service, 'demo-publisher'));
  for (const name of ['boss-a', 'boss-b'])
    expect((await weir(['admin', 'create', name, '--password-stdin'], `${PASSWORD}\n`)).code).toBe(0);
  await say('钟是对的');
}, 300_000);
afterAll(() => service?.dispose());

describe('a wall clock that is set wrong while the service is stopped', () => {
  it.each([
    ['+1h', HOUR_MS],
    ['-1h', -HOUR_MS],
    ['-400d', -400 * DAY_MS],
    ['+400d', 400 * DAY_MS],
  ])(
    'by %s keeps the order of what is said, and purges nothing',
    async (offset, ms) => {
      const { dataDir } = service;
      await service.stop();
      service = await startService(wrongBy(offset), dataDir);
      const { now } = await call<{ now: string }>(service, '', 'GET', '/api/clock');
      expect(Math.abs(Date.parse(now) - Date.now() - ms)).toBeLessThan(10 * 60_000);
      await say(`钟错了${offset}`);
      await inOrder();
      const nothing = ms > 60 * DAY_MS ? TWO_MUST : 'Nothing is due.\n';
      expect(await weir(['retention', 'run'])).toMatchObject({
        code: 0,
        out: expect.stringMatching(nothing),
      });
      const states = new Set((await plan()).map(({ state }) => state));
      expect([...states].sort()).toEqual(ms > 60 * DAY_MS ? ['unproven', 'waits'] : ['waits']);
      await inOrder();
      await expect.poll(async () => (await weir(['verify', '--local'])).code, SOON).toBe(0);
    },
    300_000,
  );

  it('400 days ahead lets things go when two administrators confirm it, whom no one of the two has made today', async () => {
    const confirm = async (account: string, password = PASSWORD) => {
      const args = ['retention', 'confirm', '--all', '--account', account, '--password-stdin'];
      return (await weir(args, `${password}\n`)).code;
    };
    const unproven = (await plan()).filter(({ state }) => state === 'unproven');
    expect(unproven.filter(({ log }) => log === 'content').length).toBeGreaterThan(1);
    expect((await weir(['retention', 'confirm', '--account', 'boss-a'])).code).toBe(2);
    expect(await confirm('demo-reviewer', service.password)).toBe(1);
    expect((await weir(['admin', 'create', 'boss-c', '--password-stdin'], `${PASSWORD}\n`)).code).toBe(0);
    expect(await confirm('boss-c')).toBe(1);
    expect(await confirm('boss-a')).toBe(1);
    expect(await confirm('boss-a')).toBe(1);
    expect((await weir(['retention', 'run'])).out).toMatch(TWO_MUST);
    expect(await confirm('boss-b')).toBe(0);
    const run = await weir(['retention', 'run', '--json']);
    const { parts } = JSON.parse(run.out) as { parts: { id: string; evidence: string }[] };
    expect(parts.map(({ id }) => id).sort()).toEqual(unproven.map(({ id }) => id).sort());
    expect(new Set(parts.map(({ evidence }) => evidence))).toEqual(new Set(['persons']));
    const left = await weir(['log', 'search', '--kind', 'message.published']);
    expect(JSON.parse(left.out)).toMatchObject({ text: '钟错了+400d', offset: said.length });
    await expect.poll(async () => (await weir(['verify', '--local'])).code, SOON).toBe(0);
  }, 300_000);
});
