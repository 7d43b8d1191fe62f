import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, DESK, overflow, Stage, smallTargets, untilState } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.close());

const ready = (page: Page) => page.locator('[data-weir-view=ready]').waitFor();
const playing = (page: Page) => untilState(page, 'muted', 'delayed', 'waiting', 'closed');
/** Every page with who sees it and when it is there. */
const PAGES: readonly [
  name: string,
  path: () => string,
  role: string | undefined,
  there: (page: Page) => Promise<unknown>,
][] = [
  ['lobby', () => '/', undefined, ready],
  ['room', () => `/b/${stage.id(8421)}`, 'viewer', playing],
  ['room in review', () => `/b/${stage.id(8424)}`, undefined, playing],
  ['room closed', () => `/b/${stage.id(8425)}`, 'viewer', playing],
  ['studio', () => '/studio', 'publisher', ready],
  ['studio of a broadcast', () => `/studio/${stage.id(8421)}`, 'publisher', playing],
  ['demo', () => '/demo', undefined, playing],
  ['sign-in', () => '/sign-in', undefined, (page) => page.locator('input[name=account]').waitFor()],
];

describe.each(PAGES)('%s', (name, path, role, there) => {
  test('on a phone: clean for axe, targets of 44 px, fits, also with text larger by 60 %', async () => {
    const page = await stage.visit(path(), role ? { role } : {});
    await there(page);
    expect(await axe(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.addStyleTag({ content: 'html{font-size:160%}' });
    expect(await overflow(page)).toBe(0);
    await page.context().close();
  });

  // All pages at every size and theme are the long run; one of them stands for the rest.
  test.runIf(process.env['WEIR_TEST_FULL'] === '1' || name === 'room')(
    'on a desktop in the dark, in English: clean for axe, and fits',
    async () => {
      const page = await stage.visit(path(), {
        ...DESK,
        colorScheme: 'dark',
        lang: 'en',
        ...(role ? { role } : {}),
      });
      await there(page);
      expect(await axe(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await page.context().close();
    },
  );
});

describe('the lobby in its states', () => {
  const state = (page: Page, name: string) => page.locator(`[data-weir-view=${name}]`).waitFor();

  test('loading, then an error with its code and a retry, then there', async () => {
    stage.mock.faults.set('/api/broadcasts', 'silent');
    const page = await stage.visit('/');
    await state(page, 'loading');
    await page.locator('.skeleton').first().waitFor();
    stage.mock.faults.set('/api/broadcasts', { status: 503, code: 'database_unavailable' });
    await page.reload();
    await state(page, 'error');
    await page.getByText('database_unavailable').waitFor();
    expect(await axe(page)).toEqual([]);
    stage.mock.faults.clear();
    await page.getByRole('button', { name: '再试一次' }).tap();
    await ready(page);
    await page.context().close();
  });

  test('what was there stays when newer cannot be had, and says since when', async () => {
    const page = await stage.visit('/');
    await ready(page);
    stage.mock.faults.set('/api/broadcasts', 'broken');
    await state(page, 'stale');
    await ready(page);
    expect(await axe(page)).toEqual([]);
    stage.mock.faults.clear();
    await page.context().close();
  });

  test('empty', async () => {
    for (const show of stage.mock.shows) show.about.state = 'ended';
    const page = await stage.visit('/');
    await state(page, 'empty');
    for (const show of stage.mock.shows) show.about.state = 'live';
    await ready(page);
    await page.context().close();
  });
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

test('an address that leads nowhere says so', async () => {
  const page = await stage.visit('/b/00000000-0000-7000-8000-999999999999');
  await page.getByText('没有找到').waitFor();
  const lost = await stage.visit('/nowhere');
  await lost.getByText('这个地址没有页面').waitFor();
  await Promise.all([page.context().close(), lost.context().close()]);
});

test('the site’s script before the player is at most 150 kB gzipped, all pages together', () => {
  const seen = new Set<string>();
  const reach = (name: string): void => {
    const chunk = stage.chunks.find((one) => one.fileName === name);
    if (!chunk || seen.has(name) || chunk.facadeModuleId?.includes('/player/engine/')) return;
    seen.add(name);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) reach(next);
  };
  for (const chunk of stage.chunks) if (chunk.isEntry) reach(chunk.fileName);
  const bytes = stage.chunks
    .filter((chunk) => seen.has(chunk.fileName))
    .reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(150_000);
});
