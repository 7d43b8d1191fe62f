import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './testing/guest.ts';
import { type Answer, openStage, PASSWORD, type Stage } from './testing/stage.ts';

let stage: Stage;
let room: string;
const tokens: Record<string, string> = {};
const ids: Record<string, string> = {};

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_FLOOD_ALIKE: '2', WEIR_LIMIT_MESSAGE_RATE: '1000' } });
  tokens['admin'] = await stage.signIn('demo-admin');
  const roles: Record<string, string[]> = {
    owner: ['viewer', 'publisher'],
    mod: ['viewer'],
    other: ['viewer'],
    ann: ['viewer'],
    reviewer: ['viewer', 'reviewer'],
  };
  for (const [account, has] of Object.entries(roles)) {
    const made = await stage.call(tokens['admin'], 'POST', '/api/users', {
      account,
      password: PASSWORD,
      roles: has,
    });
    ids[account] = made.body.id;
    tokens[account] = await stage.signIn(account);
  }
  const made = { title: '房管', kind: 'video', category: 'chat' };
  room = (await stage.call(tokens['owner'] as string, 'POST', '/api/broadcasts', made)).body.id;
}, 180_000);
afterAll(() => stage?.close());

const as = (who: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  stage.call(tokens[who] as string, method, `/api/rooms/${room}${path}`, body);
const mute = (who: string, user: string) => ({ user: ids[user], minutes: 10, reason: 'other', by: who });
const muted = async (by: string, user: string): Promise<number> => {
  const { by: _, ...body } = mute(by, user);
  return (await as(by, 'POST', '/mutes', body)).status;
};

async function answerTo(who: string, text: string): Promise<Record<string, unknown>> {
  const guest = await Guest.enter(stage, tokens[who] as string, room);
  const answer = await guest.say(text);
  guest.leave();
  return answer;
}

describe('a room’s moderator', () => {
  it('is named by the publisher and by nobody without the right', async () => {
    for (const who of ['mod', 'ann', 'other'])
      expect((await as(who, 'PUT', `/moderators/${ids['mod']}`)).status).toBe(403);
    expect((await as('owner', 'PUT', `/moderators/${ids['mod']}`)).status).toBe(200);
    expect((await as('mod', 'GET', '/moderators')).body.items).toMatchObject([{ user: { id: ids['mod'] } }]);
    // Naming others is the publisher's.
    expect((await as('mod', 'PUT', `/moderators/${ids['other']}`)).status).toBe(403);
    expect((await as('owner', 'PUT', `/moderators/${ids['owner']}`)).status).toBe(409);
  });

  it('mutes a person, who is told until when and why; not the publisher, staff, or another moderator', async () => {
    expect(await muted('other', 'ann')).toBe(403);
    expect(await muted('mod', 'ann')).toBe(201);
    expect(await answerTo('ann', '你好')).toMatchObject({
      t: 'refused',
      code: 'muted',
      reason: 'other',
      until: expect.stringMatching(/^\d{4}-/),
    });
    expect(await answerTo('other', '你好')).toMatchObject({ state: 'shown' });
    expect((await as('mod', 'GET', '/mutes')).body.items).toMatchObject([
      { user: { id: ids['ann'] }, by: { id: ids['mod'] }, reason: 'other' },
    ]);
    await as('owner', 'PUT', `/moderators/${ids['other']}`);
    for (const untouchable of ['owner', 'reviewer', 'other'])
      expect(await muted('mod', untouchable)).toBe(403);
    expect(await muted('owner', 'other')).toBe(201);
    expect((await as('mod', 'DELETE', `/mutes/${ids['ann']}`)).status).toBe(200);
    expect(await answerTo('ann', '又能说话了')).toMatchObject({ state: 'shown', left: expect.any(Number) });
  });

  it('adds words of the room, which hold and refuse there and allow nothing', async () => {
    const items = [
      { word: '剧透结局', verdict: 'hold' },
      { word: '脏脏的话', verdict: 'refuse' },
      { word: '网上赌场', verdict: 'hold' },
    ];
    expect((await as('ann', 'PUT', '/words', { items })).status).toBe(403);
    expect((await as('mod', 'PUT', '/words', { items })).body.items).toEqual(items);
    expect(await answerTo('ann', '剧 透 结局')).toMatchObject({ state: 'held', category: 'room_word' });
    expect(await answerTo('ann', '脏脏的话')).toMatchObject({ code: 'content', category: 'room_word' });
    expect(await answerTo('ann', '网上赌场')).toMatchObject({ code: 'content', category: 'gambling' });
    const many = Array.from({ length: 101 }, (_, k) => ({ word: `词语${k}`, verdict: 'hold' }));
    expect((await as('mod', 'PUT', '/words', { items: many })).status).toBe(400);
  });

  it('is obeyed by an edge and a control that start anew, and every order is in the ledger', async () => {
    await muted('mod', 'ann');
    await stage.restartControl();
    await stage.restartEdge();
    await expect
      .poll(() => answerTo('ann', '还在吗').catch(() => undefined), { timeout: 60_000 })
      .toMatchObject({ code: 'muted' });
    const { items } = (
      await stage.call(tokens['admin'] as string, 'GET', `/api/log?log=moderation&room=${room}`)
    ).body;
    const orders = items.map(({ decision, subject }: Record<string, string>) => [decision, subject]);
    expect(orders).toEqual(
      expect.arrayContaining([
        ['moderator.named', ids['mod']],
        ['person.muted', ids['ann']],
        ['person.unmuted', ids['ann']],
        ['words.set', room],
      ]),
    );
    await as('owner', 'DELETE', `/moderators/${ids['mod']}`);
    expect((await as('mod', 'GET', '/mutes')).status).toBe(403);
  });
});

it('who floods is muted and told until when; contested and overturned, the mute is lifted', async () => {
  const guest = await Guest.enter(stage, tokens['mod'] as string, room);
  let answer: Record<string, unknown> = {};
  for (let k = 0; k < 20 && answer['code'] !== 'muted'; k++)
    answer = await guest.say(`今晚九点准时开播不见不散${k}`);
  expect(answer).toMatchObject({ category: 'flood', until: expect.any(String), id: expect.any(String) });
  expect(await guest.say('还有人吗')).toMatchObject({ code: 'muted' });
  const made = await stage.call(tokens['mod'] as string, 'POST', `/api/messages/${answer['id']}/contest`);
  const path = `/api/contests/${made.body.id}/answer`;
  const done = await stage.call(tokens['reviewer'] as string, 'POST', path, { outcome: 'overturned' });
  expect(done.body).toMatchObject({ state: 'overturned', category: 'flood' });
  await guest.until((event) => event.t === 'contest');
  expect(await guest.say('谢谢')).toMatchObject({ state: 'shown' });
  guest.leave();
});

it('a flood of near-duplicates is slowed down, then held for a person', async () => {
  const admin = tokens['admin'] as string;
  const answers: Record<string, unknown>[] = [];
  for (let k = 0; k < 6; k++) {
    const account = `flood${k}`;
    await stage.call(admin, 'POST', '/api/users', { account, password: PASSWORD, roles: ['viewer'] });
    tokens[account] = await stage.signIn(account);
    answers.push(await answerTo(account, `大家快来湖边一起看日出${'🎈'.repeat(k)}${k}`));
  }
  expect(answers).toMatchObject([
    { state: 'shown' },
    { state: 'shown' },
    { code: 'slow', category: 'flood', waitMs: 5_000 },
    { code: 'slow' },
    { state: 'held', category: 'flood' },
    { state: 'held' },
  ]);
  const { items } = (await as('reviewer', 'GET', '/held')).body;
  expect(items.at(-1)).toMatchObject({ trace: [{ step: 'flood', rule: 'alike', verdict: 'hold' }] });
});
