import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MovedClock, newId } from '@weir/kit';
import type { PlanItem, Receipt } from '@weir/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Control } from '../control.ts';
import { openStage, PASSWORD, type Stage } from '../testing/stage.ts';
import { filesOf, tracesOf } from '../testing/traces.ts';
import { readRetention } from './keeper.ts';
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
};

let stage: Stage;
let clock: MovedClock;
let admin: string;
let broadcast: string;

const post = (path: string, body: object, token = admin) => stage.call(token, 'POST', path, body);
const receiptOf = async (): Promise<Receipt | null> => (await post('/api/retention/run', {})).body.receipt;
const plan = async (): Promise<PlanItem[]> => (await stage.call(admin, 'GET', '/api/retention')).body.items;
const search = async (text: string): Promise<object[]> =>
  (await stage.call(admin, 'GET', `/api/log?log=content&text=${encodeURIComponent(text)}`)).body.items;
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 100 });
const kindsOf = async (kind: string): Promise<Receipt[]> =>
  (await stage.call(admin, 'GET', `/api/log?kind=${kind}`)).body.items;
const append = (records: object[]) =>
  stage.bus.request('control.append', { edge: '1', boot: stage.bus.boot, records });

async function query(text: string): Promise<void> {
  const client = new pg.Client(stage.postgres.connection);
  await client.connect();
  await client.query(text);
  await client.end();
}

beforeAll(async () => {
  clock = new MovedClock(0);
  stage = await openStage({ clock });
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
  ]);
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
}, 90_000);
afterAll(() => stage?.close());

describe('what a store keeps', () => {
  it('is the ledger’s, plain, or of a derived store that has registered', async () => {
    // Names end where the store they belong to is named: a file that nobody claims fails here.
    const control = { config: { dataDir: stage.dataDir }, retentionPolicy: readRetention() };
    const stores = derivedStores(control as Control);
    const plain = (path: string): boolean =>
      PLAIN_PATHS.some((own) => (own.endsWith('/') ? path.startsWith(own) : path === own));
    const strays = filesOf(stage.dataDir).filter((path) => !stores.ownerOf(path) && !plain(path));
    expect(strays).toEqual([]);
    expect(stores.ownerOf(`media/${broadcast}/x.flv`)?.name).toBe('recordings');
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
    expect(await receiptOf()).toBeNull();
    for (const text of [CANARY.shown, CANARY.refused, CANARY.title, CANARY.nickname])
      expect(await search(text)).toHaveLength(1);
    expect((await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body.items).toHaveLength(2);
  });

  it('is gone on day 61 from every file in every form, with a receipt; what is held is there', async () => {
    clock.moveTo(61 * DAY_MS);
    // Control does so by itself when the day has begun.
    await soon(async () => expect(await kindsOf('retention.purged')).toHaveLength(1));
    const [receipt] = (await kindsOf('retention.purged')) as [Receipt];
    expect(receipt.parts).toMatchObject([{ log: 'content', part: 'day', evidence: 'running_time' }]);
    expect(receipt.stores).toContainEqual(
      expect.objectContaining({ store: 'recordings', removed: expect.any(Number) }),
    );
    expect(receipt.beyond).toContain('copies_of_the_operator');
    expect(await receiptOf()).toBeNull();
    for (const text of Object.values(CANARY)) expect(await search(text)).toEqual([]);
    expect((await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body.items).toEqual([]);
    expect((await stage.call(admin, 'GET', `/api/broadcasts/${broadcast}`)).body.title).toBe('');
    expect(filesOf(join(stage.dataDir, 'media'))).toEqual([]);
    await query('CHECKPOINT');
    expect(tracesOf(stage.dataDir, Object.values(CANARY))).toEqual([]);
    const { items: holds } = (await stage.call(admin, 'GET', '/api/holds')).body;
    const { items } = (await stage.call(admin, 'GET', `/api/holds/${holds[0].id}/records`)).body;
    expect(items).toMatchObject([{ text: CANARY.kept }]);
  }, 60_000);

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
    await append([{ ...said, kind: 'message.published', id: newId(), offset: 3 }]);
    const { items } = (await stage.call('', 'GET', `/api/rooms/${broadcast}/messages`)).body;
    expect(items).toMatchObject([{ offset: 3 }]);
  });

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
