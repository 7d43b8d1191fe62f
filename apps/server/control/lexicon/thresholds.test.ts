import { afterAll, beforeAll, expect, it } from 'vitest';
import { followed } from '../testing/followed.ts';
import { Guest } from '../testing/guest.ts';
import { type Answer, openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
const tokens: Record<string, string> = {};
let room: string;

const as = (who: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  stage.call(tokens[who] ?? '', method, path, body);
const signIn = async (): Promise<void> => {
  for (const one of ['admin', 'reviewer', 'viewer', 'publisher'])
    tokens[one] = await stage.signIn(`demo-${one}`);
};

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_MESSAGE_RATE: '0' } });
  await signIn();
  const made = { title: '阈值', kind: 'video', category: 'chat' };
  room = (await as('publisher', 'POST', '/api/broadcasts', made)).body.id;
  await edgeFollows();
}, 300_000);
afterAll(() => stage?.close());

const edgeFollows = (): Promise<void> => followed(stage, tokens['admin'] as string);
async function answerTo(text: string): Promise<Record<string, unknown>> {
  const guest = await Guest.enter(stage, tokens['viewer'] as string, room);
  const answer = await guest.say(text);
  guest.leave();
  return answer;
}
const title = async (text: string): Promise<Answer> =>
  as('publisher', 'PATCH', `/api/broadcasts/${room}`, { title: text });
const mild = { message: { fraud: { hold: 3, refuse: 3.5 } }, title: { fraud: { hold: 0.25, refuse: 1 } } };

it('thresholds by route act at once on every edge, in titles otherwise than in messages, and the trace says which', async () => {
  expect((await as('reviewer', 'GET', '/api/thresholds')).body).toMatchObject({
    live: { version: 0, routes: {} },
    taxonomy: expect.arrayContaining([
      expect.objectContaining({ code: 'fraud', threshold: { hold: 0.25, refuse: 1.5 } }),
    ]),
  });
  expect(await answerTo('兼职刷丹')).toMatchObject({ state: 'held' });
  const set = await as('admin', 'PUT', '/api/thresholds', { routes: mild, note: '放宽发言' });
  expect([set.status, set.body]).toMatchObject([200, { version: 1, state: 'live', routes: mild }]);
  expect(await answerTo('今天兼职刷丹吗')).toMatchObject({ state: 'shown' });
  expect((await title('兼职刷单')).body.code).toBe('content_refused');
  expect((await title('兼职刷丹')).body.pending).toMatchObject({ category: 'fraud' });
  const stricter = { routes: { message: { fraud: { hold: 0.1, refuse: 9 } } }, note: '' };
  // Who changed what does not act any more overwrites nobody.
  expect(await as('admin', 'PUT', '/api/thresholds', { ...stricter, base: 0 })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  expect((await as('admin', 'PUT', '/api/thresholds', { ...stricter, base: 1 })).body.version).toBe(2);
  expect(await answerTo('还是兼职刷单')).toMatchObject({ state: 'held' });
  const { items } = (await as('reviewer', 'GET', `/api/rooms/${room}/held`)).body;
  expect(items.at(-1).trace).toMatchObject([{ step: 'lexicon', rule: 'fraud', thresholds: 2 }]);
});

it('versions are listed page by page, an older one is put back, and a restart keeps what is in force', async () => {
  const first = (await as('reviewer', 'GET', '/api/thresholds/versions?limit=1')).body;
  expect([first.items[0].version, first.items[0].state, first.next]).toEqual([2, 'live', '2']);
  const rest = (await as('reviewer', 'GET', `/api/thresholds/versions?after=${first.next}`)).body;
  expect(rest).toMatchObject({ items: [{ version: 1, state: 'retired', note: '放宽发言' }], next: null });
  const back = await as('admin', 'POST', '/api/thresholds/versions/1/activate', { note: '恢复' });
  expect(back.body).toEqual({ version: 1, routes: mild });
  expect((await as('admin', 'POST', '/api/thresholds/versions/1/activate', { note: '' })).body.code).toBe(
    'conflict',
  );
  expect((await as('admin', 'POST', '/api/thresholds/versions/9/activate', { note: '' })).status).toBe(404);
  await stage.restartControl();
  await stage.restartEdge();
  await signIn();
  await edgeFollows();
  expect((await as('reviewer', 'GET', '/api/thresholds')).body.live).toEqual({ version: 1, routes: mild });
  expect(await answerTo('又说兼职刷丹')).toMatchObject({ state: 'shown' });
  const own = await as('admin', 'POST', '/api/thresholds/versions/0/activate', { note: '出厂' });
  expect(own.body).toEqual({ version: 0, routes: {} });
  expect(await answerTo('再说兼职刷丹')).toMatchObject({ state: 'held' });
}, 180_000);

it('what cannot be meant is not taken, and nobody sets them without the right', async () => {
  for (const routes of [
    { message: { fraud: { hold: 2, refuse: 1 } } },
    { message: { fraud: { hold: -1, refuse: 1 } } },
    { speech: {} },
    { title: { fraud: { hold: 1 } } },
  ])
    expect((await as('admin', 'PUT', '/api/thresholds', { routes, note: '' })).status).toBe(400);
  for (const who of ['reviewer', 'viewer', 'publisher'])
    expect((await as(who, 'PUT', '/api/thresholds', { routes: {}, note: '' })).status).toBe(403);
  expect((await as('viewer', 'GET', '/api/thresholds')).status).toBe(403);
});

it('a text is tried by the thresholds of where it would stand, by another lexicon too, also once they have changed', async () => {
  const draft = (await as('admin', 'POST', '/api/lexicon/versions', { add: [{ term: '翠鸟' }], note: '' }))
    .body;
  const tried = async (route?: string, version?: number): Promise<unknown[]> => {
    const { body } = await as('reviewer', 'POST', '/api/text/try', { text: '兼职刷丹', route, version });
    return [body.route, body.verdict, body.thresholds];
  };
  const before = (await as('admin', 'GET', '/api/thresholds')).body.live.version;
  for (const version of [undefined, draft.version]) {
    expect(await tried(undefined, version)).toEqual(['message', 'hold', before]);
    expect(await tried('title', version)).toEqual(['title', 'hold', before]);
  }
  const routes = { ...mild, nickname: { fraud: { hold: 0.1, refuse: 0.2 } } };
  const set = (await as('admin', 'PUT', '/api/thresholds', { routes, note: '' })).body.version;
  for (const version of [undefined, draft.version]) {
    expect(await tried('message', version)).toEqual(['message', 'pass', set]);
    expect(await tried('title', version)).toEqual(['title', 'hold', set]);
    expect(await tried('nickname', version)).toEqual(['nickname', 'hold', set]);
  }
  const exact = { text: '兼职刷单', route: 'title' };
  expect((await as('reviewer', 'POST', '/api/text/try', exact)).body.verdict).toBe('refuse');
  expect((await as('reviewer', 'POST', '/api/text/try', { ...exact, route: 'cover' })).status).toBe(400);
});
