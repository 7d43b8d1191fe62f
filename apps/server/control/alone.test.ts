import { MovedClock } from '@weir/kit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Event, Guest } from './testing/guest.ts';
import { type Answer, openStage, type Stage } from './testing/stage.ts';

const ROOMS = 3;
/** Above the policy's 40 messages and 20 near-duplicates a minute. */
const FLOOD = 45;
const TERM_MS = 600_000;
let stage: Stage;
const clock = new MovedClock(0);
let publisher: string;
let viewer: string;
let reviewer: string;
const rooms: string[] = [];

beforeAll(async () => {
  stage = await openStage({
    clock,
    env: {
      WEIR_LIMIT_MESSAGE_RATE: '1000',
      WEIR_LIMIT_FLOOD_PERSON: '1000',
      WEIR_LIMIT_FLOOD_ALIKE: '1000',
      WEIR_LIMIT_FLOOD_ALIKE_ROOMS: '0',
    },
  });
  const tokens = ['demo-publisher', 'demo-viewer', 'demo-reviewer'].map((one) => stage.signIn(one));
  [publisher, viewer, reviewer] = (await Promise.all(tokens)) as [string, string, string];
  for (let k = 0; k < ROOMS; k++) {
    const made = { title: `房间${k}`, kind: 'video', category: 'chat' };
    rooms.push((await stage.call(publisher, 'POST', '/api/broadcasts', made)).body.id);
  }
}, 180_000);
afterAll(() => stage?.close());

const mine = (): Promise<Answer> => stage.call(viewer, 'GET', '/api/me/messages');
const listed = (query = ''): Promise<Answer> => stage.call(reviewer, 'GET', `/api/floods/alone${query}`);

it('a flood machine alone sees what it says, is told of each message when its term is over, and may contest it', async () => {
  const watcher = await Guest.enter(stage, publisher, rooms[0] as string);
  const senders = await Promise.all(rooms.map((room) => Guest.enter(stage, viewer, room)));
  const answers: Event[] = [];
  for (let k = 0; k < FLOOD; k++) answers.push(await senders[k % ROOMS]?.say(`大家快来湖边一起看日出${k}`));
  // All of them look the same to their sender.
  expect(answers.every(({ t, state }) => t === 'ack' && state === 'shown')).toBe(true);
  const alone = answers.slice(40);
  const seen = (id: string): boolean => watcher.events.some((event) => event.t === 'msg' && event.id === id);
  await vi.waitFor(() => expect(seen(answers[39]?.id)).toBe(true), { timeout: 60_000 });
  // What its words come to is told at once, as everybody's is.
  expect(await senders[0]?.say('来网上赌场玩')).toMatchObject({ t: 'refused', category: 'gambling' });
  await watcher.say('我还在');
  expect(alone.filter(({ id }) => seen(id))).toEqual([]);

  // Nothing tells it before its time, neither its own list nor an attempt to contest.
  const ids = alone.map(({ id }) => id);
  expect((await mine()).body.items.filter(({ id }: { id: string }) => ids.includes(id))).toEqual([]);
  expect((await stage.call(viewer, 'POST', `/api/messages/${ids[0]}/contest`)).body.code).toBe('not_refused');
  const { items } = (await listed()).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
  expect(items[0]).toMatchObject({ text: '大家快来湖边一起看日出44', toldAt: null, title: '房间2' });
  const [first] = (await listed('?limit=2')).body.items;
  expect(Date.parse(first.tellAt) - Date.parse(first.at)).toBeLessThanOrEqual(TERM_MS);

  // Neither a restarted edge nor a restarted control loses it; whoever was in the room is told there.
  await stage.restartEdge();
  await stage.restartControl();
  for (const guest of [...senders, watcher]) guest.leave();
  viewer = await stage.signIn('demo-viewer');
  const back = await Guest.enter(stage, viewer, rooms[0] as string);
  clock.moveTo(TERM_MS);
  const here = ids.filter((_, k) => (40 + k) % ROOMS === 0);
  expect(await back.until(({ t }) => t === 'notice')).toMatchObject({ code: 'flood_machine', ids: here });
  for (const id of here)
    expect(await back.until((event) => event.t === 'refused' && event.id === id)).toMatchObject({
      code: 'content',
      category: 'flood_machine',
      reason: 'flood_machine',
    });
  back.leave();
  await vi.waitFor(async () => {
    const told = (await mine()).body.items.filter(({ id }: { id: string }) => ids.includes(id));
    expect(told).toHaveLength(ids.length);
    expect(told[0]).toMatchObject({ state: 'refused', code: 'flood_machine', category: 'flood_machine' });
  }, 60_000);
  expect((await listed()).body.items.every(({ toldAt }: { toldAt: string | null }) => toldAt)).toBe(true);
  expect((await stage.call(viewer, 'POST', `/api/messages/${ids[0]}/contest`)).status).toBe(201);

  // Each is a record, with when it was to be told, and that it was.
  const admin = await stage.signIn('demo-admin');
  const kinds = async (kind: string) =>
    (await stage.call(admin, 'GET', `/api/log?log=content&kind=${kind}&limit=50`)).body.items;
  const refused = (await kinds('message.refused')).filter(({ id }: { id: string }) => ids.includes(id));
  expect(refused).toHaveLength(ids.length);
  expect(refused[0]).toMatchObject({ code: 'flood_machine', tellAt: expect.any(Number) });
  expect((await kinds('message.told')).map(({ id }: { id: string }) => id).sort()).toEqual(ids.toSorted());
}, 180_000);

it('the list of what was shown to its author alone is the reviewers’', async () => {
  expect((await stage.call(viewer, 'GET', '/api/floods/alone')).status).toBe(403);
  expect((await stage.call('', 'GET', '/api/floods/alone')).status).toBe(401);
});
