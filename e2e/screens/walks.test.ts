import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './inspect.ts';
import { DESK, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.close());

const ready = (page: Page) => page.locator('[data-weir-view=ready]').waitFor();
const state = (page: Page, name: string) => page.locator(`[data-weir-view=${name}]`).waitFor();

test('the lobby that cannot be had says its code, and a retry brings it', async () => {
  stage.mock.faults.set('/api/broadcasts', { status: 503, code: 'database_unavailable' });
  const page = await stage.visit('/');
  await state(page, 'error');
  await page.getByText('database_unavailable').waitFor();
  stage.mock.faults.clear();
  await page.getByRole('button', { name: '再试一次' }).tap();
  await ready(page);
  stage.mock.faults.set('/api/broadcasts', 'broken');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await state(page, 'stale');
  await ready(page);
  stage.mock.faults.clear();
  await page.getByRole('button', { name: '再试一次' }).tap();
  await page.locator('[data-weir-view=stale]').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a studio is not for everybody', async () => {
  const page = await stage.visit('/studio', { role: 'viewer' });
  await page.getByText('这个账号没有发布权限').waitFor();
  await page.context().close();
});

test('a publisher creates a broadcast and is given address and key once', async () => {
  const page = await stage.visit('/studio', { role: 'publisher' });
  await page.getByLabel('标题').fill('午后开窑');
  await page.getByRole('button', { name: '创建直播' }).tap();
  await page.getByText('密钥只在这里显示一次').waitFor();
  await page.getByRole('button', { name: '显示密钥' }).tap();
  expect(await page.getByLabel('密钥', { exact: true }).inputValue()).toMatch(/^[0-9a-f]{32}$/);
  await page.getByRole('tab', { name: 'ffmpeg' }).tap();
  await page.getByText('-f flv').waitFor();
  await page.reload();
  await page.getByText('密钥只在创建和重置时显示').waitFor();
  stage.mock.show(8422).about.state = 'live';
  await page.context().close();
});

test('the demo leads from watching over the cut to the picture that returns', async () => {
  const page = await stage.visit('/demo', DESK);
  const done = (step: number) => page.locator(`.step:nth-child(${step})[data-weir-step=done]`).waitFor();
  await done(1);
  await page.getByRole('button', { name: '换成观众' }).click();
  await page.getByPlaceholder('说点什么…').fill('大家好');
  await page.keyboard.press('Enter');
  await done(2);
  await page.getByRole('button', { name: '断流' }).click();
  await done(4);
  await page.getByText(/下令后 \d+ 毫秒，这个页面变黑/).waitFor();
  await page.locator('[data-weir-certificate=final]').waitFor();
  await page.getByRole('button', { name: '恢复直播' }).click();
  await done(5);
  await page.getByText('走完了').waitFor();
  await page.context().close();
});

test('language and appearance are chosen on the page and kept', async () => {
  const page = await stage.visit('/');
  await ready(page);
  await page.getByRole('button', { name: '语言和外观' }).tap();
  expect(await axe(page)).toEqual([]);
  await page.getByText('English').tap();
  await page.getByText('Dark', { exact: true }).tap();
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  await page.reload();
  await page.getByRole('heading', { name: 'Live now' }).waitFor();
  expect(
    await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']]),
  ).toEqual(['en', 'dark']);
  await page.context().close();
});

test('whether a name of one’s own waits is asked once a page, however often one comes back and goes around', async () => {
  const mock = await stage.world();
  mock.ownNames.wish('', '云雀秒返');
  const page = await stage.visit('/', { mock, role: 'publisher', ...DESK });
  const waits = page.locator('.header-person [data-weir-news=waiting]');
  await waits.waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.reload();
  await waits.waitFor();
  for (let k = 0; k < 5; k++)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.locator('.header-person').click();
  await page.locator('[data-weir-pending=held]').waitFor();
  // The page that lists names tells the header: nobody asks once more.
  mock.ownNames.items = mock.ownNames.items.map((one) => ({ ...one, state: 'refused', seen: false }));
  await page.locator('[data-weir-fresh]').waitFor();
  await page.locator('.header-person [data-weir-news]').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '堰·台名' }).click();
  await ready(page);
  expect(asked.filter((path) => path === '/api/me/news')).toHaveLength(1);
  expect(asked.filter((path) => path === '/api/me/names/seen')).toHaveLength(1);
  await page.context().close();
});

test('an address that leads nowhere says so', async () => {
  const page = await stage.visit('/b/00000000-0000-7000-8000-999999999999');
  await page.getByText('没有找到').waitFor();
  const lost = await stage.visit('/nowhere');
  await lost.getByText('这个地址没有页面').waitFor();
  await Promise.all([page.context().close(), lost.context().close()]);
});
