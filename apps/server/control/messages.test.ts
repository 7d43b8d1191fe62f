import { afterAll, beforeAll, expect, it } from 'vitest';
import { Guest } from './testing/guest.ts';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let publisher: string;
let reviewer: string;
let room: string;

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_MESSAGE_RATE: '0' } });
  publisher = await stage.signIn('demo-publisher');
  reviewer = await stage.signIn('demo-reviewer');
  const made = { title: '先审', kind: 'video', category: 'chat' };
  room = (await stage.call(publisher, 'POST', '/api/broadcasts', made)).body.id;
}, 180_000);
afterAll(() => stage?.close());

const release = (id: string) => stage.call(reviewer, 'POST', `/api/messages/${id}/release`);
const gate = (mode: string) =>
  stage.call(reviewer, 'PUT', `/api/broadcasts/${room}/gate`, { messages: { mode }, note: 'test' });

it('a release that is asked for again, its first answer lost, is no error; what nobody released is not held', async () => {
  const open = await Guest.enter(stage, publisher, room);
  const { id: shown } = await open.say('没人审过');
  expect((await release(shown)).body.code).toBe('not_held');
  await gate('review');
  await open.until(({ t, messages }) => t === 'gate' && messages.mode === 'review');
  const { id, state } = await open.say('等人来看');
  expect(state).toBe('held');
  expect((await release(id)).status).toBe(200);
  expect((await release(id)).status).toBe(200);
  // Once is one decision, and one message.
  await open.until((event) => event.t === 'msg' && event.id === id);
  const log = await stage.call(
    await stage.signIn('demo-admin'),
    'GET',
    '/api/log?log=moderation&kind=decision.made&limit=50',
  );
  const about = log.body.items.filter(({ message }: { message?: string }) => message === id);
  expect(about).toHaveLength(1);
  await stage.call(reviewer, 'DELETE', `/api/messages/${id}`, { reason: 'other' });
  expect((await release(id)).body.code).toBe('not_held');
  open.leave();
}, 180_000);
