import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followed } from './testing/followed.ts';
import { Guest } from './testing/guest.ts';
import { type Answer, openStage, PASSWORD, type Stage } from './testing/stage.ts';

let stage: Stage;
let admin: string;
let reviewer: string;
let viewer: string;
let room: string;

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_MESSAGE_RATE: '0', WEIR_LIMIT_CONTESTS: '4' } });
  const tokens = ['demo-admin', 'demo-reviewer', 'demo-viewer', 'demo-publisher'].map((one) =>
    stage.signIn(one),
  );
  let publisher: string;
  [admin, reviewer, viewer, publisher] = (await Promise.all(tokens)) as [string, string, string, string];
  const made = { title: '异议', kind: 'video', category: 'chat' };
  room = (await stage.call(publisher, 'POST', '/api/broadcasts', made)).body.id;
  const add = [
    { term: '上台', category: 'other', severity: 3 },
    { term: '云雀', category: 'fraud', severity: 3 },
  ];
  const draft = await stage.call(admin, 'POST', '/api/lexicon/versions', { add, note: 'test' });
  await stage.call(admin, 'POST', `/api/lexicon/versions/${draft.body.version}/activate`, { note: 'test' });
  await followed(stage, admin);
}, 300_000);
afterAll(() => stage?.close());

const as = (token: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  stage.call(token, method, path, body);
const answer = (contest: string, body: object): Promise<Answer> =>
  as(reviewer, 'POST', `/api/contests/${contest}/answer`, body);

describe('a refused message', { timeout: 300_000 }, () => {
  it('is contested by its sender, answered by a person, and what is allowed then passes', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const said = await guest.say('周末一起上台北看展');
    expect(said).toMatchObject({ t: 'refused', code: 'content', category: 'other' });
    const made = await as(viewer, 'POST', `/api/messages/${said.id}/contest`);
    expect([made.status, made.body]).toMatchObject([201, { message: said.id, state: 'open' }]);
    expect((await as(viewer, 'POST', `/api/messages/${said.id}/contest`)).status).toBe(409);

    const { items } = (await as(reviewer, 'GET', '/api/contests?state=open')).body;
    expect(items.at(-1)).toMatchObject({
      id: made.body.id,
      kind: 'contest',
      message: { id: said.id, text: '周末一起上台北看展', room },
      hits: [{ term: '上台', start: 4, end: 6 }],
      category: 'other',
    });
    const far = await answer(made.body.id, { outcome: 'overturned', allow: { term: '周末' } });
    expect([far.status, far.body.code]).toEqual([422, 'lexicon_invalid']);
    const done = await answer(made.body.id, {
      outcome: 'overturned',
      allow: { term: '上台北' },
      note: '说的是地名',
    });
    expect([done.status, done.body]).toMatchObject([200, { state: 'overturned', allow: '上台北' }]);
    expect(await guest.until((event) => event.t === 'contest')).toEqual({
      t: 'contest',
      id: said.id,
      outcome: 'overturned',
      note: '说的是地名',
    });
    expect(await guest.say('周末一起上台北看展')).toMatchObject({ t: 'ack', state: 'shown' });
    expect(await guest.say('不许上台')).toMatchObject({ code: 'content' });
    guest.leave();
    const version = (await as(admin, 'GET', '/api/lexicon')).body.live;
    expect(version).toMatchObject({ version: done.body.version, added: 1, note: `contest ${made.body.id}` });
    const records = (await as(admin, 'GET', '/api/log?log=moderation')).body.items;
    expect(
      records.find(({ contest, kind }: Record<string, string>) => contest && kind === 'contest.opened'),
    ).toMatchObject({ message: said.id });
    expect(records.at(-1)).toMatchObject({ decision: 'contest.overturned', version: version.version });
    expect((await answer(made.body.id, { outcome: 'stands' })).status).toBe(409);

    const own = (await as(viewer, 'GET', '/api/me/messages')).body.items;
    expect(own.find(({ id }: { id: string }) => id === said.id)).toMatchObject({
      state: 'refused',
      category: 'other',
      text: '周末一起上台北看展',
      contest: { state: 'overturned', note: '说的是地名' },
    });
  });

  it('is told to be allowed once every edge follows, however long that takes; who answers does not wait', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const said = await guest.say('一起上台面试');
    const made = await as(viewer, 'POST', `/api/messages/${said.id}/contest`);
    // An edge that compiles until it is let go.
    let follows = (): void => {};
    const compiled = new Promise<void>((resolve) => {
      follows = resolve;
    });
    const stop = stage.bus.serve('edge.1.lexicon', () => compiled);
    const done = await answer(made.body.id, { outcome: 'overturned', allow: '上台面试' });
    expect(done.body).toMatchObject({ state: 'overturned' });
    const isTold = (): boolean => guest.events.some(({ t, id }) => t === 'contest' && id === said.id);
    // Whatever was on its way to the guest has come before this.
    await guest.say('早上好');
    expect(isTold()).toBe(false);
    follows();
    await guest.until(({ t, id }) => t === 'contest' && id === said.id);
    guest.leave();
    stop();
    await stage.restartEdge();
    await followed(stage, admin);
  });

  it('may be allowed in its context alone', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const said = await guest.say('湖边的云雀真多');
    const made = await as(viewer, 'POST', `/api/messages/${said.id}/contest`);
    const allow = { term: '云雀', context: ['湖边的云雀'] };
    expect((await answer(made.body.id, { outcome: 'overturned', allow })).status).toBe(200);
    await followed(stage, admin);
    expect(await guest.say('湖边的云雀真多')).toMatchObject({ state: 'shown' });
    expect(await guest.say('买云雀')).toMatchObject({ code: 'content', category: 'fraud' });
    guest.leave();
  });

  it('is contested by nobody else, not when it was shown, and not too often; the answer may be no', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const shown = await guest.say('早上好');
    expect((await as(viewer, 'POST', `/api/messages/${shown.id}/contest`)).body.code).toBe('not_refused');
    const [one, two] = [await guest.say('云雀一'), await guest.say('云雀二')];
    expect((await as(reviewer, 'POST', `/api/messages/${one.id}/contest`)).status).toBe(403);
    const made = await as(viewer, 'POST', `/api/messages/${one.id}/contest`);
    expect((await as(viewer, 'POST', `/api/messages/${two.id}/contest`)).body.code).toBe('rate');
    expect((await answer(made.body.id, { outcome: 'stands' })).body.state).toBe('stands');
    expect(await guest.until(({ t, id }) => t === 'contest' && id === one.id)).toMatchObject({
      outcome: 'stands',
    });
    guest.leave();
    await expect
      .poll(async () => (await as(reviewer, 'GET', '/api/lexicon/hits?hours=1')).body.items, {
        timeout: 60_000,
      })
      .toContainEqual(expect.objectContaining({ term: '云雀', contested: 2, upheld: 1, overturned: 1 }));
  });

  it('of a reviewer is answered by another person, also where a person refused what was held', async () => {
    const account = { account: 'second', password: PASSWORD, roles: ['viewer', 'reviewer'] };
    await as(admin, 'POST', '/api/users', account);
    const second = await stage.signIn('second');
    const guest = await Guest.enter(stage, second, room);
    const held = await guest.say('兼职刷丹');
    expect(held).toMatchObject({ state: 'held', category: 'fraud' });
    expect((await as(second, 'POST', `/api/messages/${held.id}/contest`)).body.code).toBe('not_refused');
    await as(reviewer, 'POST', `/api/messages/${held.id}/refuse`, { reason: 'fraud' });
    expect(await guest.until(({ t, id }) => t === 'refused' && id === held.id)).toMatchObject({
      reason: 'fraud',
    });
    const made = await as(second, 'POST', `/api/messages/${held.id}/contest`);
    expect(made.status).toBe(201);
    const path = `/api/contests/${made.body.id}/answer`;
    expect((await as(second, 'POST', path, { outcome: 'overturned' })).status).toBe(403);
    expect((await as(reviewer, 'POST', path, { outcome: 'stands' })).status).toBe(200);
    guest.leave();
  });

  it('that was held for nothing is reported by a reviewer, once, and waits among the contests', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const held = await guest.say('兼职刷丹');
    guest.leave();
    const made = await as(reviewer, 'POST', `/api/messages/${held.id}/false-positive`, { note: '口误' });
    expect([made.status, made.body.state]).toEqual([201, 'open']);
    expect((await as(reviewer, 'POST', `/api/messages/${held.id}/false-positive`, {})).status).toBe(409);
    const done = await answer(made.body.id, { outcome: 'overturned', allow: '刷丹' });
    expect(done.body).toMatchObject({ kind: 'report', state: 'overturned', allow: '刷丹' });
    expect((await as(reviewer, 'GET', '/api/contests?state=answered')).body.items).toContainEqual(
      expect.objectContaining({ id: made.body.id, text: '兼职刷丹' }),
    );
  });
});
