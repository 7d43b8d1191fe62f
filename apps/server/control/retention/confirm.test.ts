import { type Clock, newId, realClock } from '@weir/kit';
import type { PlanItem } from '@weir/ledger';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, PASSWORD, type Stage } from '../testing/stage.ts';

const DAY_MS = 86_400_000;
let offsetMs = 0;
/** The wall clock as somebody has set it: nobody ordered that. */
const clock: Clock = { ...realClock, now: () => realClock.now() + offsetMs };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ clock, edge: false });
}, 60_000);
afterAll(() => stage?.close());

it('a clock set 70 days ahead purges nothing before two administrators have said that it is right', async () => {
  let admin = await stage.signIn('demo-admin');
  const boss = { account: 'second-admin', password: PASSWORD, roles: ['admin'] };
  await stage.call(admin, 'POST', '/api/users', boss);
  const room = newId();
  const said = {
    room,
    broadcast: room,
    user: newId(),
    nickname: '甲',
    ts: clock.now(),
    pts: 0,
    text: '一句话',
  };
  const records = [{ ...said, kind: 'message.published', id: newId(), offset: 1 }];
  await stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records });
  offsetMs = 70 * DAY_MS;
  const fresh = { account: 'fresh-admin', password: PASSWORD, roles: ['admin'] };
  admin = await stage.signIn('demo-admin');
  const second = await stage.signIn('second-admin');
  const run = async () => (await stage.call(admin, 'POST', '/api/retention/run', {})).body.receipt;
  const found = async () => (await stage.call(admin, 'GET', '/api/log?log=content&text=一句话')).body.items;
  const plan: PlanItem[] = (await stage.call(admin, 'GET', '/api/retention')).body.items;
  const items = plan
    .filter(({ log, state }) => log === 'content' && state === 'unproven')
    .map(({ id }) => id);
  expect(items).toHaveLength(1);
  expect(await run()).toBeNull();
  const confirm = async (token: string) =>
    (await stage.call(token, 'POST', '/api/retention/confirm', { items })).body;
  // One person is one person, however often.
  expect(await confirm(admin)).toEqual({ confirmed: [], waiting: items });
  expect(await confirm(admin)).toEqual({ confirmed: [], waiting: items });
  // Nor is one whom that person has just made an administrator a second one.
  await stage.call(admin, 'POST', '/api/users', fresh);
  expect((await confirm(await stage.signIn('fresh-admin'))).code).toBe('forbidden');
  expect(await run()).toBeNull();
  expect(await found()).toHaveLength(1);
  expect(await confirm(second)).toEqual({ confirmed: items, waiting: [] });
  expect((await run()).parts).toMatchObject([{ id: items[0], evidence: 'persons' }]);
  expect(await found()).toEqual([]);
  const { items: words } = (await stage.call(admin, 'GET', '/api/log?kind=retention.confirmed')).body;
  expect(new Set(words.map(({ user }: { user: string }) => user)).size).toBe(2);
}, 60_000);
