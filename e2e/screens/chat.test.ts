import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Role, Stage } from './stage.ts';

const SHOTS = new URL('shots/', import.meta.url).pathname;
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.close());

const enter = async (number: number, role?: Role): Promise<Page> => {
  const page = await stage.visit(`/b/${stage.id(number)}`, role ? { role } : {});
  await page.getByRole('log').getByText('主播早上好').waitFor();
  return page;
};
const say = async (page: Page, text: string): Promise<void> => {
  await page.getByPlaceholder('说点什么…').fill(text);
  await page.keyboard.press('Enter');
};

test('one’s own message tells how far it is: shown, or refused with the reason', async () => {
  const page = await enter(8421, 'viewer');
  await say(page, '第一句');
  await page.locator('[data-weir-message=shown]', { hasText: '第一句' }).waitFor();
  await say(page, '加我微信 abc');
  await page.locator('[data-weir-message=refused]', { hasText: '站外联系方式' }).waitFor();
  await page.context().close();
});

test('what is refused stays in the box, unless the next has been begun', async () => {
  const page = await enter(8422, 'viewer');
  const box = page.getByPlaceholder('说点什么…');
  await say(page, '加我微信 abc');
  await page.locator('[data-weir-message=refused]').waitFor();
  expect(await box.inputValue()).toBe('加我微信 abc');
  await box.fill('换一句');
  expect(await box.inputValue()).toBe('换一句');
  await page.context().close();
});

test('a refusal is contested by one tap, and the answer comes under the message', async () => {
  const page = await enter(8423, 'viewer');
  await say(page, '加我微信 abc');
  const line = page.locator('[data-weir-message=refused]');
  await line.waitFor();
  const before = await line.boundingBox();
  stage.mock.faults.set('/contest', { status: 503, code: 'database_unavailable' });
  await line.getByRole('button', { name: '申诉' }).tap();
  await line.getByText('数据库没有应答').waitFor();
  stage.mock.faults.clear();
  await line.getByRole('button', { name: '再试一次' }).tap();
  await page.locator('[data-weir-contest=open]', { hasText: '申诉中' }).waitFor();
  // The row was there from the beginning: nothing has moved.
  expect((await line.boundingBox())?.height).toBe(before?.height);
  stage.mock.show(8423).answer('overturned');
  await page.locator('[data-weir-contest=overturned]', { hasText: '申诉成立' }).waitFor();
  await line.getByRole('button', { name: '再发一次' }).waitFor();
  await page.context().close();
});

test('the rate is told before it bites, and nothing moves while one types', async () => {
  const page = await enter(8426, 'viewer');
  const box = page.getByPlaceholder('说点什么…');
  const place = async () => (await box.boundingBox())?.y;
  const first = await place();
  await say(page, '一');
  await say(page, '二');
  await page.getByText('还能连发 2 条').waitFor();
  await say(page, '停一停');
  await page.getByText('发得有点快').waitFor();
  expect(await box.inputValue()).toBe('停一停');
  expect(await page.locator('[data-weir-message=refused]').count()).toBe(0);
  expect(await page.getByRole('button', { name: '发送' }).isDisabled()).toBe(true);
  await box.fill('长'.repeat(90));
  await page.getByText('90 / 100').waitFor();
  expect(await place()).toBe(first);
  await page.context().close();
});

test('who is muted is told until when and why, and has the text again afterwards', async () => {
  const page = await enter(8427, 'viewer');
  await say(page, '住口');
  const told = page.locator('[data-weir-muted]');
  await told.getByText(/你在这里被禁言到 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d（UTC\+8）/).waitFor();
  await told.getByText('原因：刷屏').waitFor();
  await page.getByRole('button', { name: '再试试能不能发言' }).tap();
  expect(await page.getByPlaceholder('说点什么…').inputValue()).toBe('住口');
  expect(await page.getByRole('button', { name: '发送' }).isEnabled()).toBe(true);
  await page.context().close();
});

test('what a person answered while one was away stands under the message when one is back', async () => {
  const mock = await stage.world();
  const show = mock.show(8421);
  const old = { room: show.about.id, ts: '2026-11-24T00:00:00.000Z', places: [] };
  mock.ownMessages = [
    {
      ...old,
      id: 'a',
      text: '问一下价钱',
      state: 'refused',
      category: 'contact',
      contest: { state: 'overturned' },
    },
    { ...old, id: 'b', text: '别处说的', state: 'refused', contest: null, room: mock.show(8422).about.id },
  ];
  const page = await stage.visit(`/b/${show.about.id}`, { role: 'viewer', mock });
  const line = page.locator('[data-weir-message=refused]');
  await line.getByText('申诉成立').waitFor();
  expect(await line.count()).toBe(1);
  expect(await page.locator('.line').first().textContent()).toContain('问一下价钱');
  await page.context().close();
  await mock.close();
});

test('a moderator mutes somebody from the list and adds a word; others have no such way', async () => {
  const page = await enter(8428, 'publisher');
  await page.getByRole('button', { name: '阿禾：房管操作' }).first().tap();
  await page.getByText('1 小时').tap();
  await page.getByRole('button', { name: '禁言 1 小时' }).tap();
  await page.getByText(/已禁言到/).waitFor();
  await page.getByRole('button', { name: '关闭' }).tap();
  await page.getByRole('button', { name: '房管', exact: true }).tap();
  await page.getByLabel('屏蔽词，2 到 32 字').fill('新词');
  await page.getByRole('button', { name: '加上' }).tap();
  await page.getByText('新词').waitFor();
  expect(stage.mock.show(8428).talk.words.map(({ word }) => word)).toEqual(['剧透', '倒计时作弊', '新词']);
  await page.context().close();
  const other = await enter(8428, 'viewer');
  expect(await other.locator('.line-person').count()).toBe(0);
  expect(await other.getByRole('button', { name: '房管', exact: true }).count()).toBe(0);
  await other.context().close();
});

test('in a reviewed room it is held', async () => {
  const page = await enter(8424, 'viewer');
  await say(page, '等着看');
  await page.locator('[data-weir-message=held]', { hasText: '待审' }).waitFor();
  await page.context().close();
});

test('a guest reads, and is led to sign in', async () => {
  const page = await enter(8421);
  expect(await page.getByPlaceholder('说点什么…').count()).toBe(0);
  await page.getByRole('link', { name: '登录后参与聊天' }).tap();
  await page.getByRole('heading', { name: '登录' }).waitFor();
  await page.getByLabel('账号').fill('demo-viewer');
  await page.getByLabel('密码').fill('demo');
  await page.getByRole('button', { name: '登录', exact: true }).tap();
  await page.getByPlaceholder('说点什么…').waitFor();
  await page.context().close();
});

test('text that could not be sent stays in the box', async () => {
  const page = await enter(8422, 'viewer');
  stage.mock.roomsShut = true;
  for (const socket of stage.mock.show(8422).sockets) socket.terminate();
  await expect.poll(() => stage.mock.turnedAway).toBeGreaterThan(0);
  await say(page, '还在吗');
  await page.getByText('没有发出去').waitFor();
  expect(await page.getByPlaceholder('说点什么…').inputValue()).toBe('还在吗');
  stage.mock.roomsShut = false;
  await page.context().close();
});

test('an Enter that chooses a word of an input method sends nothing', async () => {
  const page = await enter(8421, 'viewer');
  const box = page.getByPlaceholder('说点什么…');
  await box.focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await session.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  expect(await page.getByText('nihao', { exact: true }).count()).toBe(0);
  await session.send('Input.insertText', { text: '你好' });
  expect(await box.inputValue()).toBe('你好');
  await page.keyboard.press('Enter');
  await page.locator('[data-weir-message=shown]', { hasText: '你好' }).waitFor();
  await page.context().close();
});

test('more than 100 characters are counted and not sent', async () => {
  const page = await enter(8421, 'viewer');
  await say(page, '长'.repeat(103));
  await page.getByText('超出 3 字').waitFor();
  expect(await page.getByRole('button', { name: '发送' }).isDisabled()).toBe(true);
  await page.context().close();
});

test('a paused list stands still and counts what comes', async () => {
  const page = await enter(8421, 'viewer');
  await page.getByRole('button', { name: '暂停滚动' }).tap();
  stage.mock.show(8421).say('后来的话');
  await page.getByRole('button', { name: '继续（1 条新消息）' }).tap();
  await page.getByRole('log').getByText('后来的话').waitFor();
  await page.context().close();
});

test('after a lost connection nothing is missed and nothing stands twice', async () => {
  const page = await enter(8421, 'viewer');
  const show = stage.mock.show(8421);
  for (const socket of show.sockets) socket.terminate();
  show.say('断线时说的');
  await page.getByRole('log').getByText('断线时说的').waitFor();
  expect(await page.getByRole('log').getByText('断线时说的').count()).toBe(1);
  expect(await page.getByRole('log').getByText('主播早上好').count()).toBe(1);
  await page.context().close();
});

test('how much one may still say is told before the first message, where it is little', async () => {
  const page = await enter(8421, 'viewer');
  stage.mock.show(8421).tell({ t: 'hello', offset: 4, online: 9, left: 2, renewMs: 8_000 });
  await page.getByText('还能连发 2 条').waitFor();
  await page.context().close();
});

test('who was taken for a flood machine is told which messages nobody else saw, and may contest each', async () => {
  const page = await enter(8423, 'viewer');
  const show = stage.mock.show(8423);
  await say(page, '大家快来看日出');
  const line = page.locator('.line-own', { hasText: '大家快来看日出' });
  await line.and(page.locator('[data-weir-message=shown]')).waitFor();
  const id = show.messages.at(-1)?.id ?? '';
  const told = { code: 'content' as const, category: 'flood_machine', reason: 'flood_machine' };
  show.tell({ t: 'notice', code: 'flood_machine', ids: [id], since: new Date().toISOString() });
  show.tell({ t: 'refused', id, ...told });
  await page.getByRole('alert').getByText('1 条消息只有你自己看到').waitFor();
  await line.and(page.locator('[data-weir-message=refused]')).getByText('刷屏机器').waitFor();
  await page.screenshot({ path: `${SHOTS}chat-alone.png` });
  await line.getByRole('button', { name: '申诉' }).tap();
  await page.locator('[data-weir-contest=open]').waitFor();
  await page.getByRole('button', { name: '知道了' }).tap();
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.context().close();
});

test('a message that is told on another page, opened later, is among one’s own there', async () => {
  const page = await enter(8424, 'viewer');
  const id = '00000000-0000-7000-8000-0000000000d1';
  stage.mock.ownMessages = [
    {
      id,
      room: stage.id(8424),
      text: '早先说的话',
      ts: new Date().toISOString(),
      state: 'refused',
      code: 'flood_machine',
      category: 'flood_machine',
      places: [],
      contest: null,
    },
  ];
  stage.mock
    .show(8424)
    .tell({ t: 'notice', code: 'flood_machine', ids: [id], since: new Date().toISOString() });
  await page.locator('[data-weir-message=refused]', { hasText: '早先说的话' }).waitFor();
  stage.mock.ownMessages = [];
  await page.context().close();
});
