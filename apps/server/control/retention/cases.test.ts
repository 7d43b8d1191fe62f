import { MovedClock, newId } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from '../testing/stage.ts';

const DAY_MS = 86_400_000;
let stage: Stage;
let clock: MovedClock;
let [admin, reviewer] = ['', ''];

const ask = (what: object, reviewOn = '2126-01-01') => ({
  case: 'C-1042',
  reason: '诉讼期间保全',
  responsible: '王某',
  reviewOn,
  what,
});
const place = (what: object, reviewOn?: string) =>
  stage.call(admin, 'POST', '/api/holds', ask(what, reviewOn));
const list = async () => (await stage.call(admin, 'GET', '/api/holds')).body;
const recorded = async (kind: string): Promise<Record<string, unknown>[]> =>
  (await stage.call(admin, 'GET', `/api/log?kind=${kind}`)).body.items;

/** Something said by somebody in a room of its own. */
async function say(text: string, user: string = newId()): Promise<{ room: string; user: string }> {
  const room = newId();
  const said = { room, broadcast: room, user, nickname: '甲', ts: clock.now(), pts: 0, text };
  const records = [{ ...said, kind: 'message.published', id: newId(), offset: 1 }];
  await stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records });
  return { room, user };
}

beforeAll(async () => {
  clock = new MovedClock(0);
  stage = await openStage({ clock, edge: false, env: { WEIR_LIMIT_HOLD_BYTES: '100000' } });
  admin = await stage.signIn('demo-admin');
  reviewer = await stage.signIn('demo-reviewer');
}, 180_000);
afterAll(() => stage?.close());

describe('a hold', () => {
  let id: string;
  let me: string;

  it('is placed on what one person said from a time to a time, with a record of who, why and what', async () => {
    const { user } = await say('要留的话');
    me = (await stage.call(admin, 'GET', '/api/session')).body.user.id;
    const what = { user, from: clock.now() - 60_000, to: clock.now() };
    const { status, body } = await place(what);
    expect([status, body.placedBy]).toEqual([201, { id: me, nickname: '演示管理员' }]);
    expect((await place({ ...what, from: what.to, to: what.from })).body.code).toBe('bad_request');
    ({ id } = body);
    expect(await recorded('hold.placed')).toMatchObject([
      { id, user: me, case: 'C-1042', reason: '诉讼期间保全', responsible: '王某', what, records: 1 },
    ]);
  });

  it('is listed with its bytes of all that holds may take, the next review first; who looked is written down', async () => {
    const { room } = await say('另一句');
    const next = (await place({ room }, '2125-01-01')).body.id;
    const { items, bytes, totalBytes } = await list();
    expect(items.map((one: { id: string; due: boolean }) => [one.id, one.due])).toEqual([
      [next, false],
      [id, false],
    ]);
    const sum = items.reduce((all: number, one: { bytes: number }) => all + one.bytes, 0);
    expect([bytes, totalBytes]).toEqual([sum, 100_000]);
    await vi.waitFor(
      async () =>
        expect(await recorded('evidence.viewed')).toContainEqual(
          expect.objectContaining({ what: 'holds', user: me }),
        ),
      { timeout: 60_000 },
    );
  });

  it('is kept on with a note, to a day that is to come', async () => {
    const extend = (reviewOn: string) =>
      stage.call(admin, 'POST', `/api/holds/${id}/review`, { reviewOn, note: '二审未结' });
    for (const day of ['2020-01-01', '2126-02-30', '2126-13-01'])
      expect([(await extend(day)).body.code, day]).toEqual(['bad_request', day]);
    expect((await extend('2126-06-01')).body).toMatchObject({
      reviewOn: '2126-06-01',
      reviews: [{ by: { id: me }, reviewOn: '2126-06-01', note: '二审未结' }],
    });
    expect(await recorded('hold.extended')).toMatchObject([
      { id, user: me, case: 'C-1042', before: '2126-01-01', reviewOn: '2126-06-01', note: '二审未结' },
    ]);
    await stage.restartControl();
    expect((await list()).items.at(-1)).toMatchObject({ id, reviewOn: '2126-06-01' });
  }, 180_000);

  it('is due when its day has come, and stays until somebody releases it', async () => {
    const today = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { room } = await say('今天就看');
    const { body } = await place({ room }, today);
    expect(body.due).toBe(true);
    expect((await list()).items[0]).toMatchObject({ id: body.id, due: true });
    expect((await stage.call(admin, 'DELETE', `/api/holds/${body.id}`, { note: '已结案' })).status).toBe(200);
    expect(await recorded('hold.released')).toMatchObject([{ id: body.id, user: me, note: '已结案' }]);
    expect((await stage.call(admin, 'GET', `/api/holds/${body.id}/records`)).status).toBe(404);
  });

  it('is an administrator’s alone, with nothing held and no word given to anybody else', async () => {
    const before = await list();
    const { room } = await say('谁也别动');
    const tries = [
      await stage.call(reviewer, 'GET', '/api/holds'),
      await stage.call(reviewer, 'POST', '/api/holds', ask({ room })),
      await stage.call(reviewer, 'GET', `/api/holds/${id}/records`),
      await stage.call(reviewer, 'POST', `/api/holds/${id}/review`, { reviewOn: '2126-06-02', note: 'x' }),
      await stage.call(reviewer, 'DELETE', `/api/holds/${id}`, { note: 'x' }),
    ];
    for (const { status, body } of tries) expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(await list()).toEqual(before);
  });

  it('passes neither its own quota nor that of all', async () => {
    const before = await list();
    const { room } = await say('长'.repeat(100));
    const own = await stage.call(admin, 'POST', '/api/holds', { ...ask({ room }), quotaBytes: 100 });
    expect([own.status, own.body.code]).toEqual([413, 'hold_too_large']);
    expect(await list()).toEqual(before);
  });

  it('that meets a purge has all or nothing', async () => {
    const rooms = await Promise.all(Array.from({ length: 4 }, (_, i) => say(`同时${i}`)));
    clock.moveTo(61 * DAY_MS);
    admin = await stage.signIn('demo-admin');
    // The day's own purge is under way since the clock moved; one more is asked for beside the holds.
    const [, ...placed] = await Promise.all([
      stage.call(admin, 'POST', '/api/retention/run', {}),
      ...rooms.map(({ room }) => place({ room })),
    ]);
    for (const { status, body } of placed) {
      if (status === 404) continue;
      expect(status).toBe(201);
      const { items } = (await stage.call(admin, 'GET', `/api/holds/${body.id}/records`)).body;
      expect(items).toMatchObject([{ text: expect.stringContaining('同时') }]);
    }
    expect((await stage.call(admin, 'GET', '/api/log?log=content&text=同时')).body.items).toEqual([]);
    // What was held long before is there.
    const { items } = (await stage.call(admin, 'GET', `/api/holds/${id}/records`)).body;
    expect(items).toMatchObject([{ text: '要留的话' }]);
  }, 180_000);
});
