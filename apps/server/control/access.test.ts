import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { newId } from '@weir/kit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, PASSWORD, type Stage } from './testing/stage.ts';

let stage: Stage;
let admin: string;
let publisher: string;

beforeAll(async () => {
  stage = await openStage({ edge: false, env: { WEIR_LIMIT_SIGN_INS: '8' } });
  admin = await stage.signIn('demo-admin');
  publisher = await stage.signIn('demo-publisher');
}, 180_000);
afterAll(() => stage?.close());

async function account(roles: string[]): Promise<{ id: string; name: string; token: string }> {
  const name = `person-${newId()}`;
  const body = { account: name, password: PASSWORD, roles };
  const made = await stage.call(admin, 'POST', '/api/users', body);
  return { id: made.body.id, name, token: await stage.signIn(name) };
}
const create = async (): Promise<string> =>
  (await stage.call(publisher, 'POST', '/api/broadcasts', { title: '试', kind: 'video', category: 'chat' }))
    .body.id;
const cut = async (token: string) =>
  (await stage.call(token, 'POST', `/api/broadcasts/${await create()}/cut-off`, { reason: 'other' })).status;
const change = (id: string, body: object) => stage.call(admin, 'PATCH', `/api/users/${id}`, body);

async function sql(text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(stage.postgres.connection);
  await client.connect();
  await client.query(text, values);
  await client.end();
}

describe('the right to cut', () => {
  it('ends with the role, at once', async () => {
    const reviewer = await account(['reviewer']);
    expect(await cut(reviewer.token)).toBe(200);
    await change(reviewer.id, { roles: ['viewer'] });
    expect(await cut(reviewer.token)).toBe(403);
  });

  it('ends with the account, whose sessions are over for good', async () => {
    const reviewer = await account(['reviewer']);
    await change(reviewer.id, { disabled: true });
    expect(await cut(reviewer.token)).toBe(401);
    const again = { account: reviewer.name, password: PASSWORD };
    expect((await stage.call('', 'POST', '/api/session', again)).body.code).toBe('bad_credentials');
    await change(reviewer.id, { disabled: false });
    expect(await cut(reviewer.token)).toBe(401);
    expect(await cut(await stage.signIn(reviewer.name))).toBe(200);
  });

  it('ends with signing out, for that session alone, also after a restart', async () => {
    const reviewer = await account(['reviewer']);
    const other = await stage.signIn(reviewer.name);
    expect((await stage.call(reviewer.token, 'DELETE', '/api/session')).status).toBe(200);
    expect([await cut(reviewer.token), await cut(other)]).toEqual([401, 200]);
    await stage.restartControl();
    await vi.waitFor(async () => expect((await stage.call('', 'GET', '/readyz')).body.caughtUp).toBe(true), {
      timeout: 60_000,
    });
    expect([await cut(reviewer.token), await cut(other)]).toEqual([401, 200]);
  }, 180_000);

  it('follows within five seconds what another hand changed in the database', async () => {
    const [demoted, disabled, gone] = [
      await account(['reviewer']),
      await account(['reviewer']),
      await account(['reviewer']),
    ];
    await sql("UPDATE users SET roles = '{viewer}' WHERE id = $1", [demoted.id]);
    await sql('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
    await sql('DELETE FROM sessions WHERE user_id = $1', [gone.id]);
    await vi.waitFor(
      async () =>
        expect([await cut(demoted.token), await cut(disabled.token), await cut(gone.token)]).toEqual([
          403, 401, 401,
        ]),
      { timeout: 10_000, interval: 200 },
    );
    const promoted = await account([]);
    await sql("UPDATE users SET roles = '{reviewer}' WHERE id = $1", [promoted.id]);
    await vi.waitFor(async () => expect(await cut(promoted.token)).toBe(200), {
      timeout: 10_000,
      interval: 200,
    });
  }, 180_000);

  it('is taken from the live list too', async () => {
    const reviewer = await account(['reviewer']);
    const ending = new AbortController();
    const answer = await fetch(`${stage.url}/api/events`, {
      headers: { authorization: `Bearer ${reviewer.token}` },
      signal: ending.signal,
    });
    let heard = '';
    const reading = (async () => {
      for await (const part of answer.body ?? []) heard += Buffer.from(part).toString();
    })().catch(() => {});
    const first = await create();
    await vi.waitFor(() => expect(heard).toContain(first), { timeout: 60_000 });
    await change(reviewer.id, { roles: ['viewer'] });
    const second = await create();
    const third = await create();
    await stage.call(admin, 'POST', `/api/broadcasts/${third}/cut-off`, { reason: 'other' });
    await vi.waitFor(
      async () => expect((await stage.call('', 'GET', `/api/broadcasts/${third}`)).body.state).toBe('cut'),
      { timeout: 60_000 },
    );
    await change(reviewer.id, { disabled: true });
    await create();
    // Its session is over: the stream ends by itself.
    await reading;
    ending.abort();
    expect(heard).not.toContain(second);
    expect(heard).not.toContain(third);
  }, 180_000);
});

describe('sign-in', () => {
  it('says no in the same words to a wrong password and to nobody', async () => {
    const tell = async (name: string) =>
      (await stage.call('', 'POST', '/api/session', { account: name, password: 'not-it' })).body;
    expect(await tell('demo-viewer')).toEqual(await tell('no-such-account'));
  });

  it('waits in a bounded queue and refuses beyond it with 429', async () => {
    const tries = await Promise.all(
      Array.from({ length: 40 }, () =>
        stage.call('', 'POST', '/api/session', { account: 'demo-viewer', password: PASSWORD }),
      ),
    );
    const codes = tries.map(({ status, body }) => (status === 200 ? 'in' : `${status} ${body.code}`));
    expect(new Set(codes)).toEqual(new Set(['in', '429 busy']));
    // One at work and eight behind it are taken, however fast the work is.
    expect(codes.filter((code) => code === 'in').length).toBeGreaterThanOrEqual(9);
  }, 180_000);

  it('keeps thirty sessions of a person, the latest', async () => {
    const person = await account(['viewer']);
    // Six at a time: more would only wait in the vault's queue.
    for (let n = 0; n < 5; n++) await Promise.all(Array.from({ length: 6 }, () => stage.signIn(person.name)));
    expect((await stage.call(person.token, 'GET', '/api/session')).status).toBe(401);
  }, 180_000);
});

/** Every module of ours that `from` reaches by static or lazy imports, with what stands in it. */
function reach(from: string, seen = new Map<string, string>()): Map<string, string> {
  const text = readFileSync(from, 'utf8');
  seen.set(from, text);
  const packages = resolve(import.meta.dirname, '../../../packages');
  for (const [, type, name = ''] of text.matchAll(/(?:import|from)\s*(type\s)?\(?\s*'([^']+)'/g)) {
    if (type) continue;
    let to: string | undefined;
    if (name.startsWith('.')) to = resolve(dirname(from), name);
    const ours = /^@weir\/(\w+)(?:\/(.+))?$/.exec(name);
    if (ours) to = join(packages, ours[1] as string, ours[2] ?? 'index.ts');
    if (to && !seen.has(to)) reach(to, seen);
  }
  return seen;
}

describe("control's own thread pool", () => {
  it('never hashes a password: nothing that control loads can', () => {
    const slow = /\b(scrypt|pbkdf2|argon2|bcrypt)\w*\(/;
    const modules = reach(join(import.meta.dirname, 'run.ts'));
    expect(modules.size).toBeGreaterThan(40);
    expect([...modules].filter(([, text]) => slow.test(text)).map(([path]) => path)).toEqual([]);
    // The same look at the vault finds what it looks for.
    const vault = reach(join(import.meta.dirname, '../vault/run.ts'));
    expect([...vault].filter(([, text]) => slow.test(text)).map(([path]) => path)).toEqual([
      join(import.meta.dirname, '../vault/password.ts'),
    ]);
    expect(readdirSync(join(import.meta.dirname, '../vault'))).toContain('password.ts');
  });
});
