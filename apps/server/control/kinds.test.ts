import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '@weir/ledger';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, PASSWORD, type Stage } from './testing/stage.ts';

let stage: Stage;
let admin: string;
let publisher: string;

beforeAll(async () => {
  stage = await openStage();
  admin = await stage.signIn('demo-admin');
  publisher = await stage.signIn('demo-publisher');
}, 180_000);
afterAll(() => stage?.close());

type Found = { log: string; kind: string; [field: string]: unknown };
const found = async (kind: string): Promise<Found[]> =>
  (await stage.call(admin, 'GET', `/api/log?kind=${kind}&limit=100`)).body.items;
const one = async (kind: string, fields: object): Promise<void> => {
  await vi.waitFor(
    async () => {
      const records = await found(kind);
      expect(records).toContainEqual(expect.objectContaining(fields));
      for (const { log } of records) expect(log).toBe(KINDS[kind]?.log);
    },
    { timeout: 60_000, interval: 100 },
  );
};

describe('the logs', () => {
  it('get no kind of record that has no class', () => {
    const root = new URL('../..', import.meta.url).pathname;
    const files = ['server', '../packages/rooms'].flatMap((folder) =>
      globSync(`${folder}/**/*.ts`, { cwd: root }),
    );
    const written = new Set(
      files
        .filter((file) => !/\.test\.ts$|testing/.test(file))
        .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/\bkind: '(\w+\.\w+)'/g)])
        .map(([, kind]) => kind as string),
    );
    expect(written.size).toBeGreaterThan(20);
    expect([...written].filter((kind) => !Object.hasOwn(KINDS, kind))).toEqual([]);
  });

  it('have every title of a broadcast, and what it was', async () => {
    const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '头一个标题',
      kind: 'video',
      category: 'chat',
    });
    await stage.call(publisher, 'PATCH', `/api/broadcasts/${body.id}`, { title: '第二个标题' });
    await stage.call(publisher, 'PATCH', `/api/broadcasts/${body.id}`, { slowMs: 1_000 });
    const user = body.publisher.id;
    const about = { broadcast: body.id, user };
    await one('broadcast.created', { ...about, text: '头一个标题', of: 'video', category: 'chat' });
    await one('title.changed', { ...about, text: '第二个标题' });
    expect((await found('title.changed')).filter(({ broadcast }) => broadcast === body.id)).toHaveLength(1);
  });

  it('have every nickname, and who gave it', async () => {
    const { body } = await stage.call(admin, 'POST', '/api/users', {
      account: 'kinds-nick',
      nickname: '旧名字',
      password: PASSWORD,
      roles: ['viewer'],
    });
    await stage.call(admin, 'PATCH', `/api/users/${body.id}`, { nickname: '新名字' });
    await one('nickname.changed', { user: body.id, text: '旧名字' });
    await one('nickname.changed', { user: body.id, text: '新名字' });
    // What is public goes after its term; what the account did stays for longer, and has no words.
    expect(JSON.stringify(await found('account.changed'))).not.toContain('名字');
  });

  it('have who came in, who was refused, from where and by what device, and who left', async () => {
    const device = { 'user-agent': 'Kinds/1.0' };
    const sign = (password: string) =>
      stage.call('', 'POST', '/api/session', { account: 'demo-viewer', password }, device);
    await sign('not-the-password');
    await sign('not-the-password');
    const { token, user } = (await sign(PASSWORD)).body;
    await stage.call(token, 'DELETE', '/api/session', undefined, device);
    const from = { address: '127.0.0.1', device: 'Kinds/1.0' };
    await one('session.refused', { user: user.id, ...from });
    await one('session.opened', { user: user.id, ...from });
    await one('session.ended', { user: user.id, cause: 'signed_out', ...from });
    await stage.call('', 'POST', '/api/session', { account: '我的口令', password: 'x' }, device);
    await one('session.refused', { user: 'unknown', ...from });
    expect(JSON.stringify(await found('session.refused'))).not.toContain('我的口令');
  });

  it('have a change of password, which ends every other session', async () => {
    const made = await stage.call(admin, 'POST', '/api/users', {
      account: 'kinds-pass',
      password: PASSWORD,
      roles: ['viewer'],
    });
    const mine = await stage.signIn('kinds-pass');
    const other = await stage.signIn('kinds-pass');
    const change = (password: string) =>
      stage.call(mine, 'PUT', '/api/session/password', { password, next: 'another-password' });
    expect((await change('wrong-password')).body.code).toBe('bad_credentials');
    expect((await stage.call(other, 'GET', '/api/session')).status).toBe(200);
    expect((await change(PASSWORD)).status).toBe(200);
    expect((await stage.call(other, 'GET', '/api/session')).status).toBe(401);
    expect((await stage.call(mine, 'GET', '/api/session')).status).toBe(200);
    await one('password.changed', { account: made.body.id, ended: 1 });
  });

  it('have who published from where, and what was recorded', async () => {
    const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '录下来',
      kind: 'video',
      category: 'chat',
    });
    const publication = await stage.publish(body.ingest);
    await one('publisher.admitted', { broadcast: body.id, protocol: 'rtmp' });
    await one('broadcast.started', { broadcast: body.id });
    publication.close();
    await stage.call(publisher, 'POST', `/api/broadcasts/${body.id}/end`);
    await one('segment.recorded', { broadcast: body.id, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await one('broadcast.ended', { broadcast: body.id });
    const wrong = await stage.publish({ ...body.ingest, key: 'nobodys-key' }).catch(() => undefined);
    await wrong?.closed;
    await one('publisher.refused', { code: 'unknown_key' });
  });

  it('have who looked at them, and not what was searched for', async () => {
    await stage.call(admin, 'GET', '/api/log?log=content&text=找的词&limit=1');
    const me = (await stage.call(admin, 'GET', '/api/session')).body.user.id;
    await one('evidence.viewed', {
      user: me,
      what: 'log',
      query: { log: 'content', limit: 1, textLength: 3 },
    });
    expect(JSON.stringify(await found('evidence.viewed'))).not.toContain('找的词');
  });

  it('have each decision with the rules that stood', async () => {
    const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '有决定',
      kind: 'video',
      category: 'chat',
    });
    await stage.call(admin, 'PUT', `/api/broadcasts/${body.id}/gate`, { media: { mode: 'closed' } });
    await stage.call(admin, 'POST', `/api/broadcasts/${body.id}/cut-off`, { reason: 'other' });
    const policy = expect.stringMatching(/categories@\d+ reasons@\d+/);
    await one('gate.changed', { broadcast: body.id, policy });
    await one('decision.made', { broadcast: body.id, decision: 'cut', reason: 'other', policy });
  });
});
