import { newId } from '@weir/kit';
import { KINDS } from '@weir/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
const tokens: Record<string, string> = {};
const user = newId();
const room = newId();

beforeAll(async () => {
  stage = await openStage({ edge: false });
  for (const name of ['admin', 'reviewer', 'publisher', 'viewer'])
    tokens[name] = await stage.signIn(`demo-${name}`);
  const records = Array.from({ length: 25 }, (_, i) => ({
    kind: 'message.published',
    ts: Date.now(),
    room,
    broadcast: room,
    user: i % 2 === 0 ? user : newId(),
    nickname: '甲',
    id: newId(),
    offset: i + 1,
    text: `第${i}句`,
    pts: i,
  }));
  await stage.bus.request('control.append', { records }, 5_000);
}, 180_000);
afterAll(() => stage?.close());

const search = (who: string, query: string) => stage.call(tokens[who] ?? '', 'GET', `/api/log?${query}`);
const looks = async () =>
  (await search('admin', 'log=access&kind=evidence.viewed&limit=1000')).body.items.filter(
    // Its own looks at the looks are left out.
    ({ what, query }: { what: string; query: { kind?: string } }) =>
      what === 'log' && query.kind !== 'evidence.viewed',
  );
const me = async (who: string) => (await stage.call(tokens[who] ?? '', 'GET', '/api/session')).body.user.id;

describe('looking for one person', () => {
  it('needs a case or a ground, and stands in the access log before it is answered', async () => {
    for (const query of [`user=${user}`, `user=${user}&ground=%20`]) {
      const { status, body } = await search('admin', query);
      expect([status, body.code]).toEqual([422, 'ground_required']);
    }
    expect((await looks()).at(-1)).toMatchObject({ refused: 'ground_required', query: { user } });
    const { body } = await search('admin', `user=${user}&case=2026-17&text=第1`);
    expect(body.items.map(({ offset }: { offset: number }) => offset)).toEqual([11, 13, 15, 17, 19]);
    const look = (await looks()).at(-1);
    expect(look).toMatchObject({
      user: await me('admin'),
      query: { user, case: '2026-17', textLength: 2 },
    });
    expect(look.refused).toBeUndefined();
    expect(JSON.stringify(look)).not.toContain('第1');
  });

  it('is refused to everybody else, and the try is recorded with who it was', async () => {
    for (const who of ['reviewer', 'publisher', 'viewer']) {
      const { status, body } = await search(who, `user=${user}&case=1&text=第`);
      expect([status, body.code, body.items]).toEqual([403, 'forbidden', undefined]);
      const look = (await looks()).at(-1);
      expect(look).toMatchObject({ user: await me(who), refused: 'forbidden', query: { user, case: '1' } });
      expect(JSON.stringify(look)).not.toContain('第');
    }
    expect((await stage.call('', 'GET', `/api/log?user=${user}&case=1`)).status).toBe(401);
  });

  it('does not let anybody fill the log with tries', async () => {
    const before = (await looks()).length;
    const answers: number[] = [];
    for (let i = 0; i < 25; i++) answers.push((await search('publisher', `user=${user}`)).status);
    expect(new Set(answers)).toEqual(new Set([403, 429]));
    expect((await looks()).length - before).toBeLessThanOrEqual(20);
  });
});

describe('pages of a search', () => {
  it('follow one another without a gap or a repeat while the log grows', async () => {
    const seen: number[] = [];
    let cursor = '';
    for (let page = 0; page < 20; page++) {
      const { body } = await search('admin', `log=content&room=${room}&limit=4${cursor}`);
      seen.push(...body.items.map(({ offset }: { offset: number }) => offset));
      if (page === 1)
        await stage.bus.request(
          'control.append',
          {
            records: [
              {
                ...{ kind: 'message.published', ts: Date.now(), room, broadcast: room, user, nickname: '甲' },
                ...{ id: newId(), offset: 26, text: '后来的', pts: 26 },
              },
            ],
          },
          60_000,
        );
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  });

  it('refuse a cursor of another search, and one that is none', async () => {
    const { body } = await search('admin', `log=content&room=${room}&limit=4`);
    for (const query of [
      `room=${newId()}&cursor=${body.next}`,
      'cursor=AAAA',
      `user=${user}&case=1&cursor=W10`,
    ])
      expect(await search('admin', `log=content&${query}`)).toMatchObject({
        status: 400,
        body: { code: 'bad_request' },
      });
  });

  it.each([
    ['log=content&kind=decision.made', 'records of kind decision.made are in the log moderation'],
    ['from=2&to=1', 'from lies before to'],
    ['from=2&to=2', 'from lies before to'],
    ['log=none', 'log must be one of content, moderation, access, retention'],
    ['kind=message.publishd', 'kind must be one of those that /api/openapi.json lists'],
    ['kind=toString', 'kind must be one of those'],
    ['kind=', 'kind must be one of those'],
    ['room=1', 'room takes the id of a broadcast'],
    [`broadcast=${newId().toUpperCase()}`, 'broadcast takes the id of a broadcast'],
    ['user=demo-viewer&case=1', 'demo-viewer is none'],
  ])(
    'are refused where no record can be like that, which is no answer "it never was": %s',
    async (query, said) => {
      const { status, body } = await search('admin', query);
      expect([status, body.code, body.detail]).toEqual([400, 'bad_request', expect.stringContaining(said)]);
    },
  );

  it('find who stands in a record without an account', async () => {
    const { status, body } = await search('admin', 'kind=account.created&user=local&case=1');
    expect([status, body.items.length]).toEqual([200, 4]);
  });

  it('name in the document every kind there is', async () => {
    const { body } = await stage.call('', 'GET', '/api/openapi.json');
    const kind = body.paths['/api/log'].get.parameters.find(({ name }: { name: string }) => name === 'kind');
    expect(kind.schema.enum).toEqual(Object.keys(KINDS));
  });

  it('take what is asked for as text, never as a command', async () => {
    const command = encodeURIComponent("' OR 1=1 --");
    const { status, body } = await search('admin', `text=${command}`);
    expect([status, body.items]).toEqual([200, []]);
    for (const field of ['user', 'room', 'broadcast', 'kind'])
      expect((await search('admin', `case=1&${field}=${command}`)).body.code).toBe('bad_request');
  });
});
