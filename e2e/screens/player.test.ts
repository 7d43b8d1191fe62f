import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESK, Stage, untilState } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.close());

/** A busy machine gets so long; what never comes fails. */
const PATIENT = { timeout: 60_000, interval: 100 };
const room = (number: number): string => `/b/${stage.id(number)}`;
const time = (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelector('video')?.currentTime ?? 0);
/** Sum of what the video shows, sampled: changes with the picture, and is 0 where it is dark. */
const light = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('.player-video');
    if (!video || getComputedStyle(video).visibility === 'hidden' || video.videoWidth === 0) return 0;
    const canvas = new OffscreenCanvas(64, 36);
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0, 64, 36);
    return context?.getImageData(0, 0, 64, 36).data.reduce((sum, byte, i) => sum + byte * (i % 7), 0) ?? 0;
  });

test('a live plays by itself, muted: time goes on, pixels change, and a tap brings the sound', async () => {
  const page = await stage.visit(room(8421));
  await untilState(page, 'muted');
  const [at, seen] = [await time(page), await light(page)];
  await expect.poll(() => time(page), PATIENT).toBeGreaterThan(at + 0.6);
  await expect.poll(() => light(page), PATIENT).not.toBe(seen);
  await page.getByRole('button', { name: '点这里打开声音' }).tap();
  await untilState(page, 'playing');
  expect(await page.evaluate(() => document.querySelector('video')?.muted)).toBe(false);
  await page.context().close();
});

test('playback keeps close to live: less than a second and a half lies ahead in the buffer', async () => {
  const page = await stage.visit(room(8422));
  await untilState(page, 'muted');
  const ahead = (): Promise<number> =>
    page.evaluate(() => {
      const video = document.querySelector('video');
      return video ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 99;
    });
  await expect.poll(ahead, PATIENT).toBeLessThan(1.5);
  await page.context().close();
});

test('a cut takes the picture within 300 ms and says why; restored, it returns without reload', async () => {
  const show = stage.mock.show(8426);
  const page = await stage.visit(room(8426));
  await untilState(page, 'muted');
  await page.evaluate(() => {
    const player = document.querySelector('[data-weir-state]');
    const marks = window as unknown as { dark?: number };
    new MutationObserver(() => {
      if (player?.getAttribute('data-weir-state') === 'cut') marks.dark ??= Date.now();
    }).observe(player as Element, { attributes: true });
  });
  const ordered = Date.now();
  show.cut('fraud');
  await untilState(page, 'cut');
  const dark = await page.evaluate(() => (window as unknown as { dark: number }).dark);
  expect(dark - ordered).toBeLessThanOrEqual(600);
  expect(await light(page)).toBe(0);
  expect(await page.evaluate(() => document.querySelector('video')?.src)).toBe('');
  await page.getByText('理由：涉嫌诈骗').waitFor();
  await page.getByText('直播已停止，不能再发言。').waitFor();
  show.restore();
  await untilState(page, 'muted');
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  await page.context().close();
});

test('a connection reset without a word is a cut once the service says so', async () => {
  const show = stage.mock.show(8427);
  const page = await stage.visit(room(8427));
  await untilState(page, 'muted');
  show.about.state = 'cut';
  show.about.cut = { reason: 'other' };
  for (const socket of show.sockets) socket.terminate();
  show.loop.reset();
  await untilState(page, 'cut');
  show.restore();
  await page.context().close();
});

test('a publisher who is gone for a while: said so, and the picture comes back by itself on the same connection', async () => {
  const show = stage.mock.show(8427);
  const page = await stage.visit(room(8427));
  await untilState(page, 'muted');
  show.interrupt(true);
  await untilState(page, 'interrupted');
  expect(await light(page)).toBe(0);
  show.interrupt(false);
  await untilState(page, 'muted');
  await page.context().close();
});

test('a broken network: stalled, then tried again until it plays', async () => {
  const show = stage.mock.show(8427);
  const page = await stage.visit(room(8427));
  await untilState(page, 'muted');
  stage.mock.faults.set('/live/', 'broken');
  show.loop.reset();
  await untilState(page, 'stalled');
  stage.mock.faults.clear();
  await untilState(page, 'muted');
  await page.context().close();
});

test('each gate mode shows what it means, and a change is followed on the running page', async () => {
  const show = stage.mock.show(8422);
  const page = await stage.visit(room(8422));
  await untilState(page, 'muted');
  show.gate('delay');
  await untilState(page, 'delayed');
  show.gate('review');
  await untilState(page, 'waiting');
  show.gate('closed');
  await untilState(page, 'closed');
  show.gate('open');
  await untilState(page, 'muted');
  await page.getByRole('button', { name: '放行' }).tap();
  await page.getByText('依据 分类“聊天”的策略').waitFor();
  await page.context().close();
});

test('before the start the page waits, then plays; after the end it says so', async () => {
  const show = stage.mock.show(8422);
  show.about.state = 'created';
  const page = await stage.visit(room(8422));
  await untilState(page, 'idle');
  show.about.state = 'live';
  await untilState(page, 'muted');
  show.end();
  await untilState(page, 'ended');
  show.about.state = 'live';
  await page.context().close();
});

test('sound alone has its own face', async () => {
  const page = await stage.visit(room(8428));
  await untilState(page, 'muted');
  await page.locator('.sounding').getByText('演示·夜谈电台：弦').waitFor();
  await page.context().close();
});

test('a codec that this browser lacks is named', async () => {
  const show = stage.mock.show(8422);
  show.loop.hevc = true;
  const page = await stage.visit(room(8422));
  await untilState(page, 'unsupported');
  await page.getByText('HEVC').waitFor();
  show.loop.hevc = false;
  await page.context().close();
});

test('paused it is idle and holds no connection; it goes on at the newest', async () => {
  const page = await stage.visit(room(8421));
  await untilState(page, 'muted');
  await page.getByRole('button', { name: '暂停', exact: true }).tap();
  await untilState(page, 'idle');
  await expect.poll(() => stage.mock.show(8421).loop.viewers).toBe(0);
  await page.locator('.overlay-play').tap();
  await untilState(page, 'muted');
  await page.context().close();
});

test('what one sends flies over the picture of another, with its picture, and a recall takes it away', async () => {
  const show = stage.mock.show(8421);
  const [one, other] = await Promise.all([
    stage.visit(room(8421), { role: 'viewer' }),
    stage.visit(room(8421), DESK),
  ]);
  await Promise.all([untilState(one, 'muted'), untilState(other, 'muted')]);
  await one.getByPlaceholder('说点什么…').fill('这个瓷器好漂亮');
  await one.keyboard.press('Enter');
  await one.getByText('已显示').waitFor();
  const danmaku = other.locator('[data-weir-danmaku]', { hasText: '这个瓷器好漂亮' });
  await danmaku.waitFor();
  const [first, stageBox] = [await danmaku.boundingBox(), await other.locator('.player').boundingBox()];
  expect((first?.y ?? 0) + (first?.height ?? 0)).toBeLessThan(
    (stageBox?.y ?? 0) + (stageBox?.height ?? 0) / 2,
  );
  const said = show.messages.at(-1);
  show.tell({ t: 'recall', id: said?.id ?? '' });
  await danmaku.waitFor({ state: 'detached' });
  await other.getByRole('log').getByText('这个瓷器好漂亮').waitFor({ state: 'detached' });
  await Promise.all([one.context().close(), other.context().close()]);
});

test('where less motion is wished for, danmaku is in the list only', async () => {
  const page = await stage.visit(room(8421), { reducedMotion: 'reduce' });
  await untilState(page, 'muted');
  stage.mock.show(8421).say('静静地说一句');
  await page.getByRole('log').getByText('静静地说一句').waitFor();
  await page.waitForTimeout(1_500);
  expect(await page.locator('[data-weir-danmaku]').count()).toBe(0);
  await page.context().close();
});
