import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MovedClock, newId } from '@weir/kit';
import type { PlanItem, Receipt } from '@weir/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Control } from '../control.ts';
import { Guest } from '../testing/guest.ts';
import { recordOnStage } from '../testing/recorded.ts';
import { openStage, PASSWORD, type Stage } from '../testing/stage.ts';
import { filesOf, tracesOf } from '../testing/traces.ts';
import { PLAIN_COLUMNS } from './plainColumns.ts';
import { readRetention } from './shipped.ts';
import { derivedStores, PLAIN_PATHS } from './stores.ts';

const DAY_MS = 86_400_000;
/** Words that nothing else contains. */
const CANARY = {
  shown: '金丝雀甲说的一句话',
  refused: '金丝雀乙被拒的一句话',
  held: '金丝雀丙在等的一句话',
  title: '金丝雀丁的标题一则',
  retitled: '金丝雀戊的标题二则',
  nickname: '金丝雀己旧名字',
  kept: '金丝雀庚要留下的话',
  said: '金丝雀辛在房间里说的话',
  tried: '金丝雀壬是试运行的样品',
  contested: '金丝雀癸有异议的一句话',
  word: '金丝雀子房间屏蔽词',
  spilled: '金丝雀丑闸门漏下的文件',
};

let stage: Stage;
let clock: MovedClock;
let admin: string;
let broadcast: string;
let clip: string;
let run: string;
let contest: string;

const post = (path: string, body: object, token = admin) => stage.call(token, 'POST', path, body);
const receiptOf = async (): Promise<Receipt | null> => (await post('/api/retention/run', {})).body.receipt;
const plan = async (): Promise<PlanItem[]> => (await stage.call(admin, 'GET', '/api/retention')).body.items;
const search = async (text: string): Promise<object[]> =>
  (await stage.call(admin, 'GET', `/api/log?log=content&text=${encodeURIComponent(text)}`)).body.items;
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
const kindsOf = async (kind: string): Promise<Receipt[]> =>
  (await stage.call(admin, 'GET', `/api/log?kind=${kind}`)).body.items;
const append = (records: object[]) =>
  stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records });

async function query<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
  const client = new pg.Client(stage.postgres.connection);
  await client.connect();
  const { rows } = await client.query<T>(text);
  await client.end();
  return rows;
}

/** What each derived store let go of, by its name; why not where it failed. */
const removedBy = ({ stores }: Receipt): Record<string, number | string> =>
  Object.fromEntries(stores.map(({ store, removed, failed }) => [store, failed ?? removed]));

/** The register: of which only the lists are read here. */
const register = () => {
  const control = { config: { dataDir: stage.dataDir }, retentionPolicy: readRetention() };
  return derivedStores(control as Control);
};

/** Brings what people said into each store that is made of it. */
async function derive(viewer: { token: string; id: string }): Promise<void> {
  const from = clock.now() - 60_000;
  await recordOnStage(stage, broadcast, from);
  const iso = (ms: number): string => new Date(from + ms).toISOString();
  const order = { from: iso(0), to: iso(70_000), ground: 'C-7' };
  const cut = await post(`/api/broadcasts/${broadcast}/clips`, order);
  expect([cut.status, cut.body.records > 0]).toEqual([201, true]);
  clip = cut.body.id;
  const draft = await post('/api/lexicon/versions', {
    add: [{ term: '样品', category: 'other' }],
    note: 'x',
  });
  ({ id: run } = (await post(`/api/lexicon/versions/${draft.body.version}/dry-run`, { hours: 1 })).body);
  await soon(async () => {
    const { body } = await stage.call(admin, 'GET', `/api/lexicon/dry-runs/${run}`);
    expect(JSON.stringify(body.samples)).toContain(CANARY.tried);
  });
  const refused = newId();
  const said = { room: broadcast, broadcast, user: viewer.id, nickname: '观众', ts: clock.now(), pts: 0 };
  const hits = [{ term: '异议', category: 'other', start: 6, end: 8, stages: [] }];
  await append([
    { ...said, kind: 'message.refused', id: refused, text: CANARY.contested, code: 'content', hits },
  ]);
  ({ id: contest } = (await post(`/api/messages/${refused}/contest`, {}, viewer.token)).body);
  expect((await contestOf(contest)).text).toBe(CANARY.contested);
  const spill = join(stage.dataDir, 'edge', 'spill');
  mkdirSync(spill, { recursive: true });
  writeFileSync(join(spill, `${broadcast}.left`), CANARY.spilled);
}

const contestOf = async (id: string): Promise<{ text: string | null }> =>
  (await stage.call(admin, 'GET', '/api/contests')).body.items.find((one: { id: string }) => one.id === id);

beforeAll(async () => {
  clock = new MovedClock(0);
  // Nobody answers at this address: what would be told waits in PostgreSQL.
  stage = await openStage({ clock, env: { WEIR_WEBHOOK_URL: 'http://127.0.0.1:9/' } });
  admin = await stage.signIn('demo-admin');
  const publisher = await stage.signIn('demo-publisher');
  const { body } = await post(
    '/api/broadcasts',
    { title: CANARY.title, kind: 'video', category: 'chat' },
    publisher,
  );
  broadcast = body.id;
  await stage.call(publisher, 'PATCH', `/api/broadcasts/${broadcast}`, { title: CANARY.retitled });
  const publication = await stage.publish(body.ingest);
  await soon(async () =>
    expect((await stage.call('', 'GET', `/api/broadcasts/${broadcast}`)).body.state).toBe('live'),
  );
  const said = {
    room: broadcast,
    broadcast,
    user: newId(),
    nickname: CANARY.nickname,
    ts: clock.now(),
    pts: 0,
  };
  await append([
    { ...said, kind: 'message.published', id: newId(), offset: 1, text: CANARY.shown },
    { ...said, kind: 'message.refused', id: newId(), text: CANARY.refused, code: 'content' },
    { ...said, kind: 'message.held', id: newId(), text: CANARY.held },
    { ...said, kind: 'message.published', id: newId(), offset: 2, text: CANARY.kept },
    { ...said, kind: 'message.published', id: newId(), offset: 3, text: CANARY.tried },
  ]);
  const token = await stage.signIn('demo-viewer');
  const guest = await Guest.enter(stage, token, broadcast);
  expect(await guest.say(CANARY.said)).toMatchObject({ state: 'shown' });
  guest.leave();
  const words = { items: [{ word: CANARY.word, verdict: 'hold' }] };
  expect((await stage.call(publisher, 'PUT', `/api/rooms/${broadcast}/words`, words)).status).toBe(200);
  await post('/api/users', {
    account: 'canary',
    nickname: CANARY.nickname,
    password: PASSWORD,
    roles: ['viewer'],
  });
  const { items } = (await stage.call(admin, 'GET', '/api/users')).body;
  const { id } = items.find(({ account }: { account: string }) => account === 'canary');
  await stage.call(admin, 'PATCH', `/api/users/${id}`, { nickname: '新的名字' });
  // Half a second of picture is on its way to the disk by then.
  await soon(async () => expect(filesOf(join(stage.dataDir, 'media'))).not.toEqual([]));
  publication.close();
  await post(`/api/broadcasts/${broadcast}/end`, {});
  await soon(async () => expect(await kindsOf('segment.recorded')).not.toEqual([]));
  const { user } = (await stage.call(token, 'GET', '/api/session')).body;
  await derive({ token, id: user.id });
}, 300_000);
afterAll(() => stage?.close());

describe('what a store keeps', () => {
  it('is the ledger’s, plain, or of a derived store that has registered', async () => {
    // Names end where the store they belong to is named: a file that nobody claims fails here.
    const stores = register();
    const plain = (path: string): boolean =>
      PLAIN_PATHS.some((own) => (own.endsWith('/') ? path.startsWith(own) : path === own));
    const strays = filesOf(stage.dataDir).filter((path) => !stores.ownerOf(path) && !plain(path));
    expect(strays).toEqual([]);
    expect(stores.ownerOf(`media/${broadcast}/x.flv`)?.name).toBe('recordings');
  });

  it('has no column for text or bytes that nobody answers for', async () => {
    const columns = await query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name <> 'migrations'
         AND data_type NOT IN ('uuid', 'boolean', 'integer', 'bigint', 'date', 'timestamp with time zone')
         AND NOT (data_type = 'ARRAY' AND udt_name IN ('_timestamptz', '_uuid', '_int4'))`,
    );
    const claimed = register().all.flatMap((store) => store.columns ?? []);
    expect(columns.map(({ name }) => name).sort()).toEqual(
      [...claimed, ...Object.keys(PLAIN_COLUMNS)].sort(),
    );
  });

  it('says what goes when', async () => {
    const items = await plan();
    expect(items.map(({ log, part, state }) => [log, part, state])).toContainEqual([
      'content',
      'day',
      'waits',
    ]);
    const content = items.find(({ log }) => log === 'content');
    expect(Date.parse(`${content?.on}T00:00:00+08:00`) - Date.parse(`${content?.day}T00:00:00+08:00`)).toBe(
      61 * DAY_MS,
    );
  });

  it('is all there on day 59, and can be searched and verified', async () => {
    const [{ n }] = (await search(CANARY.kept)) as [{ n: number }];
    const ask = { case: 'C-7', reason: '申诉', responsible: 'demo-admin', reviewOn: '2126-01-01' };
    const placed = await post('/api/holds', { ...ask, what: { records: [{ log: 'content', n }] } });
    expect(placed.status).toBe(201);
    clock.moveTo(59 * DAY_MS);
    admin = await stage.signIn('demo-admin');
    // What lives for a day went with the first day: clips, and the samples of trials.
    await soon(async () => expect(await kindsOf('retention.purged')).toHaveLength(1));
    const [short] = (await kindsOf('retention.purged')) as [Receipt];
    expect([short.parts, removedBy(short)]).toEqual([[], { clips: 1, dry_runs: 1 }]);
    expect(await receiptOf()).toBeNull();
    for (const text of [CANARY.shown, CANARY.refused, CANARY.title, CANARY.nickname])
      expect(await search(text)).toHaveLength(1);
    expect((await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body.items).toHaveLength(4);
    const waiting = await query<{ body: object }>('SELECT body FROM deliveries');
    expect(JSON.stringify(waiting)).toContain(broadcast);
  });

  it('is gone on day 61 from every file in every form, with a receipt; what is held is there', async () => {
    clock.moveTo(61 * DAY_MS);
    // Control does so by itself when the day has begun.
    await soon(async () => expect(await kindsOf('retention.purged')).toHaveLength(2));
    const receipt = (await kindsOf('retention.purged'))[1] as Receipt;
    expect(receipt.parts).toMatchObject([{ log: 'content', part: 'day', evidence: 'running_time' }]);
    expect(removedBy(receipt)).toEqual({
      recordings: expect.any(Number),
      gate_spill: 1,
      words: expect.any(Number),
    });
    expect(receipt.beyond).toContain('copies_of_the_operator');
    expect(await receiptOf()).toBeNull();
    for (const text of Object.values(CANARY)) expect(await search(text)).toEqual([]);
    expect((await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body.items).toEqual([]);
    expect((await stage.call(admin, 'GET', `/api/broadcasts/${broadcast}`)).body.title).toBe('');
    for (const folder of ['media', 'clips', 'edge/spill'])
      expect([folder, filesOf(join(stage.dataDir, folder))]).toEqual([folder, []]);
    for (const path of [`/api/clips/${clip}`, `/api/lexicon/dry-runs/${run}`])
      expect([path, (await stage.call(admin, 'GET', path)).status]).toEqual([path, 404]);
    expect((await contestOf(contest)).text).toBeNull();
    expect((await stage.call(admin, 'GET', `/api/rooms/${broadcast}/words`)).body.items).toEqual([]);
    expect(await query('SELECT * FROM room_words')).toEqual([]);
    const guest = await Guest.enter(stage, '', broadcast);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(guest.events.filter(({ t }) => t === 'msg')).toEqual([]);
    guest.leave();
    await query('CHECKPOINT');
    const { word, ...published } = CANARY;
    expect(tracesOf(stage.dataDir, Object.values(published))).toEqual([]);
    // That somebody set it is a decision, which has a longer term of its own.
    const traces = tracesOf(stage.dataDir, [word]);
    expect(traces.filter((trace) => !trace.startsWith('ledger/moderation/'))).toEqual([]);
    const { items: holds } = (await stage.call(admin, 'GET', '/api/holds')).body;
    const { items } = (await stage.call(admin, 'GET', `/api/holds/${holds[0].id}/records`)).body;
    expect(items).toMatchObject([{ text: CANARY.kept }]);
  }, 180_000);

  it('stays gone after a restart, and offsets go on', async () => {
    await stage.restartControl();
    admin = await stage.signIn('demo-admin');
    for (const text of Object.values(CANARY)) expect(await search(text)).toEqual([]);
    const said = {
      room: broadcast,
      broadcast,
      user: newId(),
      nickname: '甲',
      ts: clock.now(),
      pts: 0,
      text: '又一句',
    };
    await append([{ ...said, kind: 'message.published', id: newId(), offset: 5 }]);
    const { items } = (await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body;
    expect(items).toMatchObject([{ offset: 5 }]);
  }, 180_000);

  it('would be found by the search in each of its forms', () => {
    const dir = join(stage.dataDir, 'run', 'forms');
    mkdirSync(dir);
    const text = CANARY.shown;
    const utf8 = Buffer.from(text);
    const forms: [string, Buffer | string][] = [
      ['utf8', text],
      ['utf16', Buffer.from(text, 'utf16le')],
      ['base64', Buffer.from(`xy${text}z`).toString('base64')],
      ['base64url', Buffer.from(`x${text}zz`).toString('base64url')],
      ['hex', utf8.toString('hex')],
      ['gzip', gzipSync(`{"text":"${text}"}`)],
      ['zstd', Buffer.concat([Buffer.from('before'), zstdCompressSync(Buffer.from(text))])],
      ['json', [...text].map((c) => `\\u${c.charCodeAt(0).toString(16)}`).join('')],
    ];
    for (const [name, bytes] of forms) writeFileSync(join(dir, name), bytes);
    expect(
      tracesOf(dir, [text])
        .map((trace) => trace.split(':')[0])
        .sort(),
    ).toEqual(forms.map(([name]) => name).sort());
  });
});
