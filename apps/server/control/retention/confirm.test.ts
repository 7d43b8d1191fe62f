import { type Clock, newId, realClock } from '@weir/kit';
import type { PlanItem } from '@weir/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, PASSWORD, type Stage } from '../testing/stage.ts';

const DAY_MS = 86_400_000;
let [wallMs, passedMs] = [0, 0];
/** The wall clock as somebody has set it: nobody ordered that. What has passed has passed for both clocks. */
const clock: Clock = {
  ...realClock,
  now: () => realClock.now() + wallMs + passedMs,
  mono: () => realClock.mono() + passedMs,
};

let stage: Stage;
let [admin, second] = ['', ''];
let items: string[];

const make = (token: string, account: string) =>
  stage.call(token, 'POST', '/api/users', { account, password: PASSWORD, roles: ['admin'] });
const plan = async (token = admin): Promise<(PlanItem & { confirmedBy?: { nickname: string }[] })[]> =>
  (await stage.call(token, 'GET', '/api/retention')).body.items;
const run = async () => (await stage.call(admin, 'POST', '/api/retention/run', {})).body.receipt;
const found = async () => (await stage.call(admin, 'GET', '/api/log?log=content&text=一句话')).body.items;
const confirm = async (token: string) =>
  (await stage.call(token, 'POST', '/api/retention/confirm', { items })).body;

beforeAll(async () => {
  stage = await openStage({ clock, edge: false });
  const boss = await stage.signIn('demo-admin');
  await make(boss, 'second-admin');
  const room = newId();
  const said = { room, broadcast: room, user: newId(), nickname: '甲', pts: 0, text: '一句话' };
  const record = { ...said, ts: clock.now(), kind: 'message.published', id: newId(), offset: 1 };
  await stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records: [record] });
}, 180_000);
afterAll(() => stage?.close());

describe('a clock set 70 days ahead', () => {
  it('makes nobody a second person who was made one today, whatever it calls the day', async () => {
    wallMs = 70 * DAY_MS;
    admin = await stage.signIn('demo-admin');
    second = await stage.signIn('second-admin');
    const unproven = (await plan()).filter(({ log, state }) => log === 'content' && state === 'unproven');
    items = unproven.map(({ id }) => id);
    expect(items).toHaveLength(1);
    // The machine's own operator made the one account a moment ago, and that one the other.
    expect((await confirm(admin)).code).toBe('forbidden');
    expect(await confirm(second)).toEqual({ confirmed: [], waiting: items });
    expect((await confirm(admin)).code).toBe('forbidden');
    expect(await run()).toBeNull();
  }, 180_000);

  it('purges nothing before two administrators have said that it is right', async () => {
    passedMs = 2 * DAY_MS;
    admin = await stage.signIn('demo-admin');
    second = await stage.signIn('second-admin');
    expect((await plan()).find(({ id }) => id === items[0])?.confirmedBy).toBeUndefined();
    // One person is one person, however often.
    expect(await confirm(admin)).toEqual({ confirmed: [], waiting: items });
    expect(await confirm(admin)).toEqual({ confirmed: [], waiting: items });
    expect((await plan(second)).find(({ id }) => id === items[0])).toMatchObject({
      state: 'unproven',
      confirmedBy: [{ nickname: '演示管理员' }],
    });
    // Nor is one whom that person has just made an administrator a second one.
    await make(admin, 'fresh-admin');
    expect((await confirm(await stage.signIn('fresh-admin'))).code).toBe('forbidden');
    expect(await run()).toBeNull();
    expect(await found()).toHaveLength(1);
    expect(await confirm(second)).toEqual({ confirmed: items, waiting: [] });
    expect((await run()).parts).toMatchObject([{ id: items[0], evidence: 'persons' }]);
    expect(await found()).toEqual([]);
    const words = (await stage.call(admin, 'GET', '/api/log?kind=retention.confirmed')).body.items;
    expect(new Set(words.map(({ user }: { user: string }) => user)).size).toBe(2);
  }, 180_000);
});
