import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, PASSWORD, type Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ edge: false });
}, 180_000);
afterAll(() => stage?.close());

function filesWith(text: string): string[] {
  const folder = join(stage.dataDir, 'postgres');
  const wanted = Buffer.from(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(wanted));
}

async function query(text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(stage.postgres.connection);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

describe('what people could read', () => {
  it('is nowhere in PostgreSQL in clear, neither now nor in its log, and is there after a restart', async () => {
    const publisher = await stage.signIn('demo-publisher');
    const admin = await stage.signIn('demo-admin');
    const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
      title: '标题甲在此',
      kind: 'video',
      category: 'chat',
    });
    await stage.call(publisher, 'PATCH', `/api/broadcasts/${body.id}`, { title: '标题乙在此' });
    const person = await stage.call(admin, 'POST', '/api/users', {
      account: 'words',
      nickname: '昵称甲在此',
      password: PASSWORD,
      roles: ['viewer'],
    });
    await stage.call(admin, 'PATCH', `/api/users/${person.body.id}`, { nickname: '昵称乙在此' });
    await query('CHECKPOINT');
    // The search finds what is there: an account is no word.
    expect(filesWith('demo-publisher')).not.toEqual([]);
    for (const text of ['标题甲在此', '标题乙在此', '昵称甲在此', '昵称乙在此'])
      expect(filesWith(text)).toEqual([]);
    await stage.restartControl();
    const again = await stage.signIn('demo-admin');
    expect((await stage.call(again, 'GET', `/api/broadcasts/${body.id}`)).body.title).toBe('标题乙在此');
    const { items } = (await stage.call(again, 'GET', '/api/users')).body;
    expect(items).toContainEqual(expect.objectContaining({ account: 'words', nickname: '昵称乙在此' }));
  });
});
