import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { filesOf, tracesOf } from '../apps/server/control/testing/traces.ts';
import { type Broadcast, type Client, type Created, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { weir as runWeir } from './weir.ts';

const DAY_MS = 86_400_000;
const SOON = { timeout: 60_000, interval: 300 };
/** Words that nothing else contains. */
const SAID = { plain: '金丝雀一只在闲聊里', shop: '金丝雀两只在卖茶具', held: '金丝雀三只要作证' };

let service: Service;
let encoder: Encoder;
let plain: Created;
let held: Created;

const weir = async (...args: string[]) => {
  const { code, out, err } = await runWeir(service, args);
  return { code, err, out, lines: out.split('\n').filter((line) => line.startsWith('{')) };
};
const found = async (text: string): Promise<object[]> => {
  const { code, lines } = await weir('log', 'search', '--log', 'content', '--text', text);
  expect(code).toBe(0);
  return lines.map((line) => JSON.parse(line) as object);
};
const advance = async (by: string): Promise<void> => {
  expect(await weir('clock', 'advance', by)).toMatchObject({ code: 0, err: '' });
};

async function say(member: Client, { id }: Created, text: string): Promise<void> {
  const visitor = enter((await member.post<Play>(`/api/broadcasts/${id}/play`)).room);
  expect(await visitor.say(text)).toMatchObject({ t: 'ack' });
  visitor.socket.close();
}

beforeAll(async () => {
  service = await startService({}, undefined, ['--simulated']);
  const [publisher, viewer] = [await signIn(service, 'demo-publisher'), await signIn(service, 'demo-viewer')];
  plain = await createBroadcast(publisher);
  held = await createBroadcast(publisher);
  const shop = await createBroadcast(publisher, { category: 'shopping' });
  encoder = publish(`${plain.ingest.url}/${plain.ingest.key}`);
  await vi.waitFor(async () => {
    expect((await publisher.get<Broadcast>(`/api/broadcasts/${plain.id}`)).state).toBe('live');
  }, SOON);
  await say(viewer, plain, SAID.plain);
  await say(viewer, held, SAID.held);
  await say(viewer, shop, SAID.shop);
  // What sells waits for its delay.
  await vi.waitFor(async () => expect(await found(SAID.shop)).toHaveLength(2), SOON);
  await sleep(3_000);
  await encoder.stop();
  await publisher.post(`/api/broadcasts/${plain.id}/end`);
  const recorded = async () => (await weir('log', 'search', '--kind', 'segment.recorded')).lines.length;
  await vi.waitFor(async () => expect(await recorded()).toBeGreaterThan(0), SOON);
}, 300_000);
afterAll(async () => {
  await encoder?.stop();
  await service?.dispose();
});

describe('a store on its 59th and 61st day', () => {
  it('has everything on the 59th, says when it goes, and takes a hold by command', async () => {
    await advance('59d');
    for (const text of [SAID.plain, SAID.held]) expect(await found(text)).toHaveLength(1);
    const { lines } = await weir('retention', 'plan', '--json');
    const content = lines.map((line) => JSON.parse(line)).find(({ log }) => log === 'content');
    const day = (at: string): number => Date.parse(`${at}T00:00:00+08:00`);
    expect([content.state, day(content.on) - day(content.day)]).toEqual(['waits', 61 * DAY_MS]);
    expect((await weir('retention', 'plan')).out).toContain(`${content.on}  ${content.id}`);
    expect(await weir('retention', 'run')).toMatchObject({ code: 0, out: 'Nothing is due.\n' });
    const ask = ['hold', 'place', '--case', 'C-1042', '--reason', '诉讼', '--person', '王某'];
    const review = ['--review', '2126-01-01'];
    expect((await weir(...ask, ...review)).code).toBe(2);
    expect((await weir(...ask, ...review, '--broadcast', held.id, '--quota', '1x')).code).toBe(2);
    expect(await weir(...ask, ...review, '--broadcast', held.id, '--quota', '1k')).toMatchObject({
      code: 1,
      err: expect.stringContaining('hold_too_large'),
    });
    expect(await weir(...ask, '--review', '2020-01-01', '--broadcast', held.id)).toMatchObject({ code: 1 });
    const placed = await weir(...ask, ...review, '--broadcast', held.id, '--json');
    expect([placed.code, JSON.parse(placed.out)]).toMatchObject([0, { case: 'C-1042', due: false }]);
    const { id } = JSON.parse(placed.out);
    const listed = await weir('hold', 'list');
    expect([listed.code, listed.out]).toEqual([0, expect.stringContaining(`${id}  C-1042`)]);
    const extended = await weir('hold', 'extend', id, '--review', '2126-06-01', '--note', '二审', '--json');
    expect([extended.code, JSON.parse(extended.out).reviewOn]).toEqual([0, '2126-06-01']);
    expect((await weir('hold', 'extend', id, '--review', '2126-06-01')).code).toBe(2);
    expect((await weir('hold', 'release', 'nothing', '--note', 'x')).code).toBe(1);
  }, 300_000);

  it('has purged it by the 61st, with a receipt, and still verifies; what sells and what is held is there', async () => {
    await advance('3d');
    expect((await weir('retention', 'run')).code).toBe(0);
    // Control begins by itself when the day has; either way one receipt tells of the day.
    const receipts = async () => (await weir('log', 'search', '--kind', 'retention.purged')).lines;
    await expect.poll(async () => (await receipts()).length, SOON).toBe(1);
    const receipt = JSON.parse((await receipts())[0] as string);
    expect(receipt.parts).toMatchObject([{ log: 'content', part: 'day', evidence: 'running_time' }]);
    expect(receipt.stores).toContainEqual(expect.objectContaining({ store: 'recordings' }));
    for (const text of [SAID.plain, SAID.held]) expect(await found(text)).toEqual([]);
    expect((await found(SAID.shop)).length).toBe(2);
    const { lines } = await weir('hold', 'list', '--json');
    const [hold] = lines.map((line) => JSON.parse(line));
    const records = (await weir('hold', 'records', hold.id)).lines.map((line) => JSON.parse(line).text);
    expect(records).toContain(SAID.held);
    await expect.poll(async () => (await weir('verify', '--local')).code, SOON).toBe(0);
    expect(filesOf(service.dataDir).filter((path) => path.startsWith('media/'))).toEqual([]);
    const said = Object.values(SAID);
    expect(said.filter((text) => service.output().includes(text))).toEqual([]);
  }, 300_000);

  it('has no trace of it in any file, PostgreSQL’s and its log included, also of what lives on under a key', async () => {
    // What comes after keeps the day's segment open: what is looked for is none of it.
    await service.stop();
    // Nobody takes a day, what outlived it or a hold away by its files alone.
    for (const folder of ['kept', 'cases']) {
      const [there, away] = [join(service.dataDir, 'ledger', folder), join(service.dataDir, folder)];
      renameSync(there, away);
      const { code, out } = await weir('verify', '--local');
      expect([code, out]).toEqual([1, expect.stringContaining('receipts: DO NOT HOLD')]);
      renameSync(away, there);
    }
    expect(await weir('verify', '--local')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /receipts: hold, 1 days gone, each with its receipt, \d files carried over, 1 holds/,
      ),
    });
    expect(tracesOf(service.dataDir, Object.values(SAID))).toEqual([]);
    service = await service.again();
    expect(await found(SAID.plain)).toEqual([]);
    const { lines } = await weir('hold', 'list', '--json');
    const [hold] = lines.map((line) => JSON.parse(line));
    expect(await weir('hold', 'release', hold.id, '--note', '结案', '--json')).toMatchObject({ code: 0 });
    expect((await weir('hold', 'list')).out).toBe('Nothing is held.\n');
    const kinds = ['hold.placed', 'hold.extended', 'hold.released'];
    for (const kind of kinds)
      expect([kind, (await weir('log', 'search', '--kind', kind)).lines.length]).toEqual([kind, 1]);
    await expect.poll(async () => (await weir('verify', '--local')).code, SOON).toBe(0);
  }, 300_000);
});
