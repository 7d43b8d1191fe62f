import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, newId, realClock } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from '../testing/stage.ts';
import { readRestored, writeRestored } from './closure.ts';

const DAY_MS = 86_400_000;
let offsetMs = 0;
const clock: Clock = { ...realClock, now: () => realClock.now() + offsetMs };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ clock });
}, 180_000);
afterAll(() => stage?.close());

const directory = () => join(stage.dataDir, 'control');
const comeBack = async (cutAt: number): Promise<void> => {
  const at = clock.now();
  await stage.restartControl({
    before: () =>
      writeRestored(directory(), {
        v: 1,
        step: 'settle',
        restoredAt: at,
        generation: 'g1',
        cutAt,
        knownUntil: cutAt,
      }),
  });
};

describe('a service that came back from a backup', () => {
  it('has ended what ran, purged what is due before it answers, and is closed until an administrator opens it', async () => {
    const publisher = await stage.signIn('demo-publisher');
    const { body: made } = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '回来以后',
      kind: 'video',
      category: 'chat',
    });
    const path = `/api/broadcasts/${made.id}`;
    const running = await stage.publish(made.ingest);
    await vi.waitFor(async () => expect((await stage.call('', 'GET', path)).body.state).toBe('live'), 60_000);
    // A canary of 70 days ago, which nothing but the wall clock calls due.
    offsetMs = -70 * DAY_MS;
    const room = newId();
    const canary = {
      kind: 'message.published',
      ts: clock.now(),
      room,
      broadcast: room,
      user: newId(),
      nickname: '甲',
      id: newId(),
      offset: 1,
      text: '早该忘掉的一句话',
      pts: 0,
    };
    await stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records: [canary] });
    offsetMs = 0;
    running.close();
    const cutAt = clock.now();
    await comeBack(cutAt);

    const admin = await stage.signIn('demo-admin');
    const items = async (query: string) => (await stage.call(admin, 'GET', `/api/log?${query}`)).body.items;
    expect(await items(`log=content&text=${encodeURIComponent('早该忘掉')}`)).toEqual([]);
    expect((await items('kind=retention.purged'))[0].parts).toMatchObject([{ evidence: 'restore' }]);
    expect(await items('kind=service.restored')).toMatchObject([{ generation: 'g1', cutAt }]);
    expect(await items(`kind=broadcast.ended&broadcast=${made.id}`)).toMatchObject([{ cause: 'restored' }]);
    expect((await stage.call('', 'GET', path)).body).toMatchObject({
      state: 'ended',
      gate: { media: { mode: 'closed', rule: 'restored' }, messages: { mode: 'closed', rule: 'restored' } },
    });
    expect((await stage.call(admin, 'GET', '/api/service')).body).toMatchObject({ state: 'closed' });

    // Nothing new, and nobody publishes; the studio says why.
    const again = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '又一个',
      kind: 'video',
      category: 'chat',
    });
    expect(again).toMatchObject({ status: 503, body: { code: 'service_closed' } });
    expect((await stage.call(publisher, 'PATCH', path, { title: '改名' })).body.code).toBe('service_closed');
    await expect(stage.publish(made.ingest)).rejects.toThrow('refused');
    await expect
      .poll(async () => (await stage.call(publisher, 'GET', path)).body.lastRefusal?.code)
      .toBe('service_closed');

    // A restart opens nothing; who is no administrator opens nothing.
    await stage.restartControl();
    const reviewer = await stage.signIn('demo-reviewer');
    const order = { note: '核对过停播名单' };
    expect((await stage.call(reviewer, 'POST', '/api/service/reopen', order)).status).toBe(403);
    expect((await stage.call('', 'GET', path)).body.gate.media.mode).toBe('closed');
    const boss = await stage.signIn('demo-admin');
    expect((await stage.call(boss, 'POST', '/api/service/reopen', order)).body).toMatchObject({
      state: 'open',
      restored: { reopened: { note: order.note } },
    });
    expect((await stage.call('', 'GET', path)).body.gate.media.mode).toBe('open');
    const { body } = await stage.call(boss, 'GET', '/api/log?kind=service.reopened');
    expect(body.items).toMatchObject([
      { log: 'moderation', note: order.note, generation: 'g1', knownUntil: cutAt },
    ]);
    expect((await stage.call(boss, 'POST', '/api/service/reopen', order)).body.code).toBe('conflict');
    await stage.restartControl();
    expect((await stage.call('', 'GET', path)).body.gate.media.mode).toBe('open');
    const live = await stage.publish(made.ingest);
    await vi.waitFor(async () => expect((await stage.call('', 'GET', path)).body.state).toBe('live'), 60_000);
    live.close();
  }, 300_000);

  it('does not start where nobody can tell whether it is open', () => {
    const path = join(directory(), 'restored.json');
    writeFileSync(path, '{"v":1,"step":"ope');
    expect(() => readRestored(directory())).toThrow('is damaged');
  });
});
