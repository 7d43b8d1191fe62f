import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Role, Stage } from './stage.ts';

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
  await page.locator('[data-weir-message=refused]', { hasText: '内容不合规' }).waitFor();
  await page.context().close();
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
