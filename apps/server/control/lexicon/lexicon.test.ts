import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorOf } from '../../cli/operator.ts';
import { exportLexicon } from '../../cli/textExport.ts';
import { socketPath } from '../../supervisor/folders.ts';
import { followed } from '../testing/followed.ts';
import { Guest } from '../testing/guest.ts';
import { type Answer, openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
let admin: string;
let publisher: string;
let viewer: string;
let room: string;

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_MESSAGE_RATE: '0' } });
  [admin, publisher, viewer] = (await Promise.all(
    ['demo-admin', 'demo-publisher', 'demo-viewer'].map((account) => stage.signIn(account)),
  )) as [string, string, string];
  const made = { title: '词库', kind: 'video', category: 'chat' };
  room = (await stage.call(publisher, 'POST', '/api/broadcasts', made)).body.id;
  await followed(stage, admin);
}, 300_000);
afterAll(() => stage?.close());

const api = (method: string, path: string, body?: unknown): Promise<Answer> =>
  stage.call(admin, method, path, body);

/** Makes a version of what is in force and puts it in force; its number. */
async function put(change: object): Promise<number> {
  const made = await api('POST', '/api/lexicon/versions', { note: 'test', ...change });
  expect([made.status, made.body]).toMatchObject([201, { state: 'draft' }]);
  const live = await api('POST', `/api/lexicon/versions/${made.body.version}/activate`, { note: 'test' });
  expect([live.status, live.body]).toMatchObject([200, { state: 'live' }]);
  await followed(stage, admin);
  return made.body.version;
}

async function answerTo(text: string): Promise<unknown> {
  const guest = await Guest.enter(stage, viewer, room);
  const { t, state, code, category } = await guest.say(text);
  guest.leave();
  return t === 'ack' ? state : { code, category };
}

describe('the lexicon of the service', { timeout: 300_000 }, () => {
  it('begins with the shipped sample as version 1, in force at control and edge', async () => {
    const { body } = await api('GET', '/api/lexicon');
    expect(body.live).toMatchObject({ version: 1, state: 'live', by: { id: 'system' } });
    expect(body.categories).toContainEqual(
      expect.objectContaining({ code: 'gambling', zh: '赌博', threshold: { hold: 0.25, refuse: 1.5 } }),
    );
    expect(await answerTo('网上赌场')).toEqual({ code: 'content', category: 'gambling' });
  });

  it('takes nothing of a lexicon with an error, and says where it is', async () => {
    const before = (await api('GET', '/api/lexicon/versions')).body;
    const csv = 'term,category,severity\n云雀甲,test,2\n云雀乙,test,9\n';
    const bad = await api('POST', '/api/lexicon/versions', { csv, note: '' });
    expect([bad.status, bad.body]).toMatchObject([
      422,
      { code: 'lexicon_invalid', line: 3, column: 'severity' },
    ]);
    const gone = await api('POST', '/api/lexicon/versions', { remove: [{ term: '没有的词' }], note: '' });
    expect([gone.status, gone.body]).toMatchObject([422, { code: 'lexicon_invalid', column: 'remove' }]);
    expect((await api('POST', '/api/lexicon/versions', { note: 'empty' })).status).toBe(400);
    expect((await api('GET', '/api/lexicon/versions')).body).toEqual(before);
  });

  it('goes out as CSV and as JSON, page by page, by page and by command, and comes in again as the same', async () => {
    const add = Array.from({ length: 1_203 }, (_, i) => ({
      term: `云雀"${i},甲`,
      kind: i % 3 ? 'deny' : 'allow',
      severity: 1 + (i % 3),
      stages: i % 2 ? ['none'] : ['filler', 'case'],
      context: i % 5 ? [] : ['大云雀', '小云雀'],
      from: i % 7 ? null : '2026-01-01T00:00:00.000Z',
    }));
    const made = (await api('POST', '/api/lexicon/versions', { add, note: '' })).body;
    const operator = operatorOf(socketPath(stage.dataDir, 'control.sock'), stage.dataDir);
    for (const form of ['csv', 'json'] as const) {
      const answer = await fetch(`${stage.url}/api/lexicon/versions/${made.version}/file?as=${form}`, {
        headers: { authorization: `Bearer ${admin}` },
      });
      expect(answer.headers.get('content-disposition')).toContain(`lexicon-${made.version}.${form}`);
      const text = await answer.text();
      const again = await api('POST', '/api/lexicon/versions', { csv: text, note: '' });
      expect([again.status, again.body.hash, again.body.terms]).toEqual([201, made.hash, made.terms]);
      const out = join(stage.dataDir, `lexicon.${form}`);
      await exportLexicon(operator, { version: made.version, form, out });
      expect(readFileSync(out, 'utf8')).toBe(text);
    }
    expect((await api('GET', '/api/lexicon/versions/999/file')).status).toBe(404);
    expect((await api('GET', `/api/lexicon/versions/${made.version}/file?as=xls`)).body.detail).toBe(
      'query as must be one of csv, json',
    );
    const nowhere = { version: 999, form: 'csv', out: join(stage.dataDir, 'none') } as const;
    await expect(exportLexicon(operator, nowhere)).rejects.toMatchObject({ code: 'not_found' });
    expect(existsSync(nowhere.out)).toBe(false);
  });

  it('acts in rooms, titles and names with what is put in force, and stops with what is put back', async () => {
    expect(await answerTo('云雀飞过')).toBe('shown');
    const version = await put({ add: [{ term: '云雀飞', category: 'fraud', severity: 3 }] });
    expect(await answerTo('云 雀飞过')).toEqual({ code: 'content', category: 'fraud' });
    const title = await stage.call(publisher, 'PATCH', `/api/broadcasts/${room}`, { title: '看云雀飞' });
    expect([title.status, title.body]).toMatchObject([422, { code: 'content_refused', category: 'fraud' }]);
    const users = (await api('GET', '/api/users')).body.items;
    const someone = users.find(({ account }: { account: string }) => account === 'demo-viewer').id;
    const name = await api('PATCH', `/api/users/${someone}`, { nickname: '云雀飞' });
    expect([name.status, name.body]).toMatchObject([422, { code: 'content_refused', category: 'fraud' }]);
    const named = { account: 'lark', nickname: '云雀飞', password: 'a-long-password', roles: [] };
    expect((await api('POST', '/api/users', named)).body.code).toBe('content_refused');
    const born = { title: '云雀飞', kind: 'video', category: 'chat' };
    expect((await stage.call(publisher, 'POST', '/api/broadcasts', born)).body.code).toBe('content_refused');

    const { body: live } = await stage.call(publisher, 'POST', '/api/broadcasts', { ...born, title: '湖边' });
    const publication = await stage.publish(live.ingest);
    await expect
      .poll(async () => (await api('GET', `/api/broadcasts/${live.id}`)).body.state, { timeout: 60_000 })
      .toBe('live');
    const during = await stage.call(publisher, 'PATCH', `/api/broadcasts/${live.id}`, { title: '云雀飞' });
    expect([during.status, during.body]).toMatchObject([422, { code: 'content_refused', category: 'fraud' }]);
    expect((await api('GET', `/api/broadcasts/${live.id}`)).body.title).toBe('湖边');
    publication.close();

    const { body: back } = await api('POST', '/api/lexicon/versions/1/activate', { note: 'rolled back' });
    expect(back).toMatchObject({ version: 1, state: 'live' });
    await followed(stage, admin);
    expect(await answerTo('云雀飞过')).toBe('shown');
    // The one that has had its time is kept as what differs, and is whole for whoever asks.
    const dir = join(stage.dataDir, 'control', 'lexicon');
    await expect
      .poll(() => readdirSync(dir).filter((name) => name.endsWith('.zst')).length, { timeout: 60_000 })
      .toBe(1);
    const old = await api('GET', `/api/lexicon/terms?version=${version}&q=%E4%BA%91%E9%9B%80`);
    expect(old.body.items).toMatchObject([{ term: '云雀飞' }]);
    const { items } = (await api('GET', '/api/lexicon/versions')).body;
    expect(items.find((one: { version: number }) => one.version === version)).toMatchObject({
      state: 'retired',
      added: 1,
      removed: 0,
    });
    const records = (await api('GET', '/api/log?log=moderation&kind=decision.made')).body.items;
    expect(records.slice(-3)).toMatchObject([
      { decision: 'lexicon.made', version },
      { decision: 'lexicon.activated', version, before: 1 },
      { decision: 'lexicon.activated', version: 1, before: version, note: 'rolled back' },
    ]);
  });

  it('holds a doubtful message with the places for the reviewer to see, and keeps why in the ledger', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    const told = await guest.say('想做兼职刷丹的来');
    guest.leave();
    expect(told).toMatchObject({ t: 'ack', state: 'held', category: 'fraud' });
    const { items } = (await api('GET', `/api/rooms/${room}/held`)).body;
    expect(items).toMatchObject([
      {
        id: told.id,
        category: 'fraud',
        hits: [{ term: '兼职刷单', start: 2, end: 6, stages: ['homophone'] }],
        trace: [{ step: 'lexicon', rule: 'fraud', verdict: 'hold', lexicon: 1 }],
      },
    ]);
    const records = (await api('GET', `/api/log?log=content&room=${room}&kind=message.refused`)).body.items;
    expect(records[0]).toMatchObject({
      text: '网上赌场',
      code: 'content',
      category: 'gambling',
      hits: [{ term: '网上赌场', start: 0, end: 4 }],
      trace: [{ step: 'lexicon', lexicon: 1 }],
    });
    expect((await api('POST', `/api/messages/${told.id}/refuse`, { reason: 'fraud' })).status).toBe(200);
  });

  it('shows what differs, pages terms, and explains a text by any version', async () => {
    const { body: draft } = await api('POST', '/api/lexicon/versions', {
      add: [
        { term: '上台', category: 'other' },
        { term: '台北', kind: 'allow' },
        { term: '网上赌场', category: 'gambling', severity: 1 },
      ],
      remove: [{ term: '真人荷官' }],
      note: 'draft',
    });
    const diff = (await api('GET', `/api/lexicon/diff?from=1&to=${draft.version}`)).body;
    expect(diff).toMatchObject({
      counts: { added: 2, removed: 1, changed: 1 },
      removed: [{ term: '真人荷官' }],
      changed: [{ before: { severity: 3 }, after: { severity: 1 } }],
    });
    const page = (await api('GET', `/api/lexicon/terms?version=${draft.version}&kind=allow&limit=1`)).body;
    const rest = (
      await api('GET', `/api/lexicon/terms?version=${draft.version}&kind=allow&limit=99&after=${page.next}`)
    ).body;
    expect([page.items.length, rest.next]).toEqual([1, null]);
    expect([...page.items, ...rest.items].map(({ term }) => term)).toContain('台北');
    const tried = await api('POST', '/api/text/try', { text: '一起上台北，上台', version: draft.version });
    expect(tried.body).toMatchObject({
      version: draft.version,
      verdict: 'refuse',
      hits: [{ term: '上台', start: 6, end: 8, stages: [] }],
      allowed: [{ term: '台北', start: 3, end: 5, overrules: [{ term: '上台', start: 2, end: 4 }] }],
      stages: expect.arrayContaining([{ stage: 'filler', view: '一起上台北上台' }]),
    });
    expect((await api('POST', '/api/text/try', { text: '一起上台' })).body).toMatchObject({
      verdict: 'pass',
    });
  });

  it('judges the last hours by a draft, in the background, and leaves who looked in the access log', async () => {
    const guest = await Guest.enter(stage, viewer, room);
    for (const text of ['看见翠鸟', '翠 鸟很美', '早上好']) await guest.say(text);
    guest.leave();
    const { body: draft } = await api('POST', '/api/lexicon/versions', {
      add: [{ term: '翠鸟', category: 'other', severity: 3 }],
      remove: [{ term: '网上赌场' }],
      note: '',
    });
    const begun = await api('POST', `/api/lexicon/versions/${draft.version}/dry-run`, { hours: 1 });
    expect([begun.status, begun.body.state]).toEqual([202, 'running']);
    const { body } = await expect
      .poll(() => api('GET', `/api/lexicon/dry-runs/${begun.body.id}`), { timeout: 60_000 })
      .toMatchObject({ body: { state: 'done' } })
      .then(() => api('GET', `/api/lexicon/dry-runs/${begun.body.id}`));
    expect(body).toMatchObject({ whole: true, newHits: 2, lostHits: 1, would: { refuse: 2 } });
    expect(body.samples).toContainEqual({
      text: '翠 鸟很美',
      before: 'pass',
      after: 'refuse',
      hits: [expect.objectContaining({ term: '翠鸟', start: 0, end: 3, stages: ['filler'] })],
    });
    const looked = (await api('GET', '/api/log?log=access&kind=evidence.viewed')).body.items;
    const look = { what: 'dry_run', id: begun.body.id, version: draft.version, hours: 1 };
    expect(looked).toContainEqual(expect.objectContaining(look));
  });

  it('counts what the lexicon in force finds, and beside it what another would find, which acts on nobody', async () => {
    const { body: draft } = await api('POST', '/api/lexicon/versions', {
      add: [{ term: '白鹭', category: 'other', severity: 3 }],
      note: '',
    });
    await api('POST', `/api/lexicon/versions/${draft.version}/shadow`, { note: 'try' });
    await followed(stage, admin);
    expect(await answerTo('白鹭来了')).toBe('shown');
    expect(await answerTo('网上赌场')).toMatchObject({ code: 'content' });
    await expect
      .poll(async () => (await api('GET', '/api/lexicon/hits?hours=1')).body, { timeout: 60_000 })
      .toMatchObject({
        items: expect.arrayContaining([expect.objectContaining({ term: '网上赌场', category: 'gambling' })]),
        shadow: expect.arrayContaining([expect.objectContaining({ term: '白鹭', hits: 1, refused: 1 })]),
        shadowVersion: draft.version,
      });
    expect((await api('DELETE', '/api/lexicon/shadow')).status).toBe(200);
    expect((await api('GET', '/api/lexicon')).body.shadow).toBeUndefined();
  });

  it('an edge that starts while control is away goes on with its last version; a damaged file gives the sample', async () => {
    const version = await put({ add: [{ term: '夜鹭飞', category: 'drugs', severity: 3 }] });
    const dir = join(stage.dataDir, 'edge', 'lexicon');
    expect(JSON.parse(readFileSync(join(dir, 'order.json'), 'utf8'))).toMatchObject({ live: { version } });
    const { EdgeLexicon } = await import('../../edge/lexicon.ts');
    const { realClock, silentLog } = await import('@weir/kit');
    const open = () =>
      EdgeLexicon.open({
        dir,
        clock: realClock,
        log: silentLog,
        fetch: () => Promise.reject(new Error('control is away')),
      });
    const alone = await open();
    expect(alone.screen.judge('夜鹭飞')).toMatchObject({ verdict: 'refuse', category: 'drugs', version });
    await alone.close();
    for (const name of readdirSync(dir).filter((one) => one.endsWith('.csv')))
      writeFileSync(join(dir, name), 'term\nsomething else\n');
    const damaged = await open();
    expect(damaged.screen.judge('夜鹭飞').verdict).toBe('pass');
    expect(damaged.screen.judge('网上赌场').verdict).toBe('refuse');
    await damaged.close();
    // With control there again the damaged copy is fetched anew.
    await stage.restartEdge();
    await expect.poll(() => answerTo('夜鹭飞'), { timeout: 60_000 }).toMatchObject({ category: 'drugs' });
  });

  it('control starts with the version in force while PostgreSQL is stopped', async () => {
    const before = (await api('GET', '/api/lexicon')).body.live.version;
    await stage.restartControl({ before: () => stage.stopPostgres() });
    expect((await api('GET', '/api/lexicon')).body.live).toMatchObject({ version: before });
    const title = await stage.call(publisher, 'PATCH', `/api/broadcasts/${room}`, { title: '夜鹭飞' });
    expect(title.body).toMatchObject({ code: 'content_refused', category: 'drugs' });
    await stage.startPostgres();
  });
});
