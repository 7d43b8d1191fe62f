import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openStage, PASSWORD, type Stage } from '../testing/stage.ts';

/** A guess away from a term of the sample: it goes to a person. */
const DOUBTED = '兼职刷丹的直播';
let stage: Stage;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  stage = await openStage({ edge: false });
  for (const one of ['publisher', 'reviewer', 'viewer', 'admin'])
    tokens[one] = await stage.signIn(`demo-${one}`);
  const lead = { account: 'lead', password: PASSWORD, roles: ['viewer', 'reviewer'] };
  await as('admin', 'POST', '/api/users', lead);
  tokens['lead'] = await stage.signIn('lead');
}, 180_000);
afterAll(() => stage?.close());

const as = (who: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  stage.call(tokens[who] ?? '', method, path, body);
const create = (title: string): Promise<Answer> =>
  as('publisher', 'POST', '/api/broadcasts', { title, kind: 'video', category: 'chat' });
const titleOf = async (id: string): Promise<string> =>
  (await as('viewer', 'GET', `/api/broadcasts/${id}`)).body.title;
const waiting = async (): Promise<Answer['body'][]> => (await as('reviewer', 'GET', '/api/names')).body.items;
const mine = async (): Promise<Answer['body'][]> =>
  (await as('publisher', 'GET', '/api/me/names')).body.items;

describe('a title that the screen doubts', () => {
  it('waits for a person with what was found, and the old one stays until it is released', async () => {
    const { body } = await create('周末远足');
    const changed = await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: DOUBTED });
    expect([changed.status, changed.body]).toMatchObject([
      200,
      { title: '周末远足', pending: { state: 'held', category: 'fraud' } },
    ]);
    expect(await titleOf(body.id)).toBe('周末远足');
    expect(await waiting()).toMatchObject([
      {
        id: changed.body.pending.id,
        of: 'title',
        subject: body.id,
        text: DOUBTED,
        now: '周末远足',
        hits: [{ start: 0, end: 4, category: 'fraud' }],
        state: 'held',
      },
    ]);
    expect(await mine()).toMatchObject([{ text: DOUBTED, state: 'held', category: 'fraud' }]);
    // By which term it was found its owner is not told.
    expect((await mine())[0].hits).toBeUndefined();
    const path = `/api/names/${changed.body.pending.id}/release`;
    for (const who of ['viewer', 'publisher']) expect((await as(who, 'POST', path)).status).toBe(403);
    expect((await as('nobody', 'POST', path)).status).toBe(401);
    expect((await as('reviewer', 'POST', path)).body).toMatchObject({ state: 'released', now: DOUBTED });
    expect(await titleOf(body.id)).toBe(DOUBTED);
    expect((await as('reviewer', 'POST', path)).body.code).toBe('conflict');
    expect(await waiting()).toEqual([]);
    expect(await mine()).toMatchObject([{ state: 'released' }]);
  });

  it('of a new broadcast is its publisher’s name until then', async () => {
    const { body, status } = await create(DOUBTED);
    expect([status, body.pending.state]).toEqual([201, 'held']);
    expect(body.title).toBe(body.publisher.nickname);
    await as('reviewer', 'POST', `/api/names/${body.pending.id}/release`);
    expect(await titleOf(body.id)).toBe(DOUBTED);
  });

  it('is refused with a reason, contested once by its owner, and answered by another person', async () => {
    const { body } = await create('读书会');
    const { pending } = (await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: DOUBTED }))
      .body;
    const to = (op: string) => `/api/names/${pending.id}/${op}`;
    expect((await as('publisher', 'POST', to('contest'))).body.code).toBe('not_refused');
    expect((await as('reviewer', 'POST', to('refuse'), { reason: 'no_such' })).body.code).toBe(
      'unknown_reason',
    );
    expect((await as('reviewer', 'POST', to('refuse'), { reason: 'other' })).body.state).toBe('refused');
    expect(await mine()).toContainEqual(
      expect.objectContaining({ id: pending.id, state: 'refused', reason: 'other', category: 'fraud' }),
    );
    expect((await as('viewer', 'POST', to('contest'))).status).toBe(403);
    expect((await as('publisher', 'POST', to('contest'))).body.state).toBe('contested');
    expect(await waiting()).toMatchObject([{ id: pending.id, state: 'contested' }]);
    expect((await as('reviewer', 'POST', to('refuse'), { reason: 'other' })).status).toBe(403);
    expect((await as('lead', 'POST', to('refuse'), { reason: 'other' })).body.state).toBe('stands');
    expect((await as('publisher', 'POST', to('contest'))).body.code).toBe('not_refused');
    expect(await titleOf(body.id)).toBe('读书会');
  });

  it('is over when its owner sets another, and survives a restart of control until then', async () => {
    const { body } = await create('听雨');
    await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: DOUBTED });
    await stage.restartControl();
    for (const one of ['publisher', 'reviewer', 'viewer', 'admin', 'lead'])
      tokens[one] = await stage.signIn(one === 'lead' ? one : `demo-${one}`);
    expect(await waiting()).toMatchObject([{ subject: body.id, text: DOUBTED, state: 'held' }]);
    await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: '听风' });
    expect(await waiting()).toEqual([]);
    expect(await titleOf(body.id)).toBe('听风');
  }, 180_000);
});

it('a nickname that is doubted waits as well, and the account stands there meanwhile', async () => {
  const made = await as('admin', 'POST', '/api/users', {
    account: 'newcomer',
    nickname: '兼职刷丹',
    password: PASSWORD,
    roles: ['viewer'],
  });
  expect(made.body).toMatchObject({ nickname: 'newcomer', pending: { state: 'held' } });
  // Who set it is no second person.
  expect((await as('admin', 'POST', `/api/names/${made.body.pending.id}/release`)).status).toBe(403);
  await as('reviewer', 'POST', `/api/names/${made.body.pending.id}/release`);
  const { items } = (await as('admin', 'GET', '/api/users')).body;
  expect(items).toContainEqual(expect.objectContaining({ account: 'newcomer', nickname: '兼职刷丹' }));
});

it('names come page by page, those that wait longest first', async () => {
  for (let k = 0; k < 3; k++) {
    const { body } = await create(`房间${k}`);
    await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: `${DOUBTED}${k}` });
  }
  const first = (await as('reviewer', 'GET', '/api/names?limit=2')).body;
  expect(first.items.map(({ text }: { text: string }) => text)).toEqual([`${DOUBTED}0`, `${DOUBTED}1`]);
  const second = (await as('reviewer', 'GET', `/api/names?limit=2&after=${first.next}`)).body;
  expect([second.items.length, second.items[0].text, second.next]).toEqual([1, `${DOUBTED}2`, null]);
});

it('what waits and what was answered is counted for its owner alone, until they have seen the answer', async () => {
  const news = async (who = 'publisher') => (await as(who, 'GET', '/api/me/news')).body.names;
  const { items } = (await as('publisher', 'GET', '/api/me/names')).body;
  await as('publisher', 'POST', '/api/me/names/seen', { ids: items.map(({ id }: { id: string }) => id) });
  const before = await news();
  expect(before.answered).toBe(0);
  const { body } = await create('湖边');
  const { pending } = (await as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title: DOUBTED })).body;
  expect(await news()).toEqual({ waiting: before.waiting + 1, answered: 0 });
  await as('reviewer', 'POST', `/api/names/${pending.id}/refuse`, { reason: 'other' });
  expect(await news()).toEqual({ waiting: before.waiting, answered: 1 });
  expect(await news('viewer')).toEqual({ waiting: 0, answered: 0 });
  const see = (who: string, ids: string[] = [pending.id]) => as(who, 'POST', '/api/me/names/seen', { ids });
  expect((await see('nobody')).status).toBe(401);
  await see('viewer');
  await see('publisher', ['no-id']);
  expect((await mine())[0]).toMatchObject({ id: pending.id, seen: false });
  await see('publisher');
  expect((await mine())[0]).toMatchObject({ id: pending.id, seen: true });
  expect(await news()).toEqual(before);
  // What is answered again is news again.
  await as('publisher', 'POST', `/api/names/${pending.id}/contest`);
  expect(await news()).toEqual({ waiting: before.waiting + 1, answered: 0 });
  await as('lead', 'POST', `/api/names/${pending.id}/refuse`, { reason: 'other' });
  expect(await news()).toEqual({ waiting: before.waiting, answered: 1 });
});

it('let stand with an allow term, the same is doubted no more; a term that stands elsewhere changes nothing', async () => {
  const { body } = await create('听雪');
  const change = (title: string) => as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title });
  const { pending } = (await change('雪夜兼职刷丹')).body;
  const release = (allow: unknown) => as('reviewer', 'POST', `/api/names/${pending.id}/release`, { allow });
  expect((await release('雪夜')).body.code).toBe('lexicon_invalid');
  expect((await mine())[0]).toMatchObject({ id: pending.id, state: 'held' });
  expect((await release('夜兼职刷丹')).body).toMatchObject({ state: 'released' });
  expect(await titleOf(body.id)).toBe('雪夜兼职刷丹');
  await change('听雪');
  expect((await change('雪夜兼职刷丹')).body).toMatchObject({ title: '雪夜兼职刷丹' });
  expect((await change(DOUBTED)).body.pending).toMatchObject({ state: 'held' });
}, 180_000);

it('refused by the screen at once, it can be contested as well: a person answers, by whose word it stands', async () => {
  const { body } = await create('看海');
  const path = `/api/broadcasts/${body.id}`;
  const { pending } = (await as('publisher', 'PATCH', path, { title: DOUBTED })).body;
  const refused = await as('publisher', 'PATCH', path, { title: '海边网上赌场遗址' });
  expect([refused.status, refused.body]).toMatchObject([
    422,
    { code: 'content_refused', category: 'gambling' },
  ]);
  expect((await mine())[0]).toMatchObject({ id: refused.body.name, state: 'refused', seen: true });
  // Nobody is asked to look before its owner asks for it.
  for (const state of ['open', 'answered'])
    expect((await as('reviewer', 'GET', `/api/names?state=${state}`)).body.items).not.toContainEqual(
      expect.objectContaining({ id: refused.body.name }),
    );
  // What waits goes on waiting until its owner wants the other one looked at instead.
  expect(await waiting()).toContainEqual(expect.objectContaining({ id: pending.id }));
  await as('publisher', 'POST', `/api/names/${refused.body.name}/contest`);
  expect(await waiting()).not.toContainEqual(expect.objectContaining({ id: pending.id }));
  expect(await waiting()).toContainEqual(
    expect.objectContaining({ id: refused.body.name, state: 'contested', hits: [expect.anything()] }),
  );
  expect((await as('reviewer', 'POST', `/api/names/${refused.body.name}/release`)).body.state).toBe(
    'released',
  );
  expect(await titleOf(body.id)).toBe('海边网上赌场遗址');
  expect((await mine())[0]).toMatchObject({ state: 'released', seen: false });
});

it('a nickname that somebody else was refused for one is news to whose it is', async () => {
  const { user } = (await as('viewer', 'GET', '/api/session')).body;
  const answer = await as('admin', 'PATCH', `/api/users/${user.id}`, { nickname: '网上赌场' });
  expect(answer.body.code).toBe('content_refused');
  expect((await as('viewer', 'GET', '/api/me/news')).body.names).toEqual({ waiting: 0, answered: 1 });
});

it('without a nickname the account is screened as one; where neither may stand, letters of the id do', async () => {
  const made = await as('admin', 'POST', '/api/users', {
    account: '13812345678',
    password: PASSWORD,
    roles: ['viewer'],
  });
  expect([made.status, made.body.pending?.state]).toEqual([201, 'held']);
  expect(made.body.nickname).toBe(made.body.id.slice(-8));
});

it('names are judged and kept in the form in which they are shown', async () => {
  const { body } = await create('\u202e远足\u200f 周末\u2066');
  expect(body.title).toBe('远足  周末');
  expect((await create('\u202e\u2066')).body.code).toBe('bad_request');
});

it('a refusal waits for no PostgreSQL that stands still, and is kept behind it', async () => {
  const { body } = await create('看云');
  const title = '看云网上赌场遗址';
  const change = () => as('publisher', 'PATCH', `/api/broadcasts/${body.id}`, { title });
  const other = new pg.Client(stage.postgres.connection as pg.ClientConfig);
  await other.connect();
  try {
    await other.query('BEGIN; LOCK TABLE held_names IN EXCLUSIVE MODE');
    // Held until the answer came: an answer that waited for the row would be an error of the database.
    const refused = await change();
    expect([refused.status, refused.body.code, refused.body.name]).toEqual([
      422,
      'content_refused',
      undefined,
    ]);
    await other.query('COMMIT');
  } finally {
    await other.end();
  }
  await expect
    .poll(async () => (await mine()).filter(({ text }) => text === title), { timeout: 10_000 })
    .toMatchObject([{ state: 'refused' }]);
  await stage.stopPostgres();
  try {
    expect((await change()).body).toMatchObject({ code: 'content_refused' });
  } finally {
    await stage.startPostgres();
  }
}, 60_000);
