import type { Browser, Page } from 'playwright-core';
import { quantile } from '../row.ts';
import type { Whole } from '../service.ts';
import { publishClock } from './clock.ts';

/** Lighthouse's slow 4G, which is 1.6 Mbit/s, and its slow phone: a quarter of the CPU. */
const DOWN_BITS_PER_SECOND = 1_600_000;
const UP_BITS_PER_SECOND = 750_000;
const ROUND_TRIP_MS = 150;
const CPU_SLOWER = 4;
const ROUNDS = 3;
/** Paints that come later than this are those of pictures that move. */
const PAINTED_MS = 5_000;

async function newPhone(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
  });
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: ROUND_TRIP_MS,
    downloadThroughput: DOWN_BITS_PER_SECOND / 8,
    uploadThroughput: UP_BITS_PER_SECOND / 8,
  });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER });
  return page;
}

/**
 * Largest Contentful Paint of the page so far, ms after navigation began. A poster that was loaded before its card was
 * there is painted with the card's words, and then they are what is counted.
 */
const largestPaint = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => done(list.getEntries().at(-1)?.startTime ?? Number.NaN)).observe({
          type: 'largest-contentful-paint',
          buffered: true,
        });
      }),
  );

/** ms from the tap on a card to the first frame in the room. */
async function tapToFrame(page: Page, id: string): Promise<number> {
  await page.evaluate(() => {
    const marks = { tapped: 0, shown: 0 };
    Object.assign(globalThis, { weirTap: marks });
    addEventListener('pointerdown', () => (marks.tapped = performance.now()), { capture: true, once: true });
    const look = (): void => {
      const video = document.querySelector('[data-weir-state] video') as HTMLVideoElement | null;
      if (video) video.requestVideoFrameCallback(() => (marks.shown = performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.locator(`a.card[href="/b/${id}"]`).tap();
  type Tap = { weirTap: { tapped: number; shown: number } };
  await page.waitForFunction(() => (globalThis as unknown as Tap).weirTap.shown > 0, undefined, {
    timeout: 30_000,
  });
  return page.evaluate(() => {
    const { tapped, shown } = (globalThis as unknown as Tap).weirTap;
    return shown - tapped;
  });
}

/** Medians over fresh visits, nothing cached: the lobby's largest paint, and from a tap there to the first frame. */
export async function phoneFigures(whole: Whole, browser: Browser): Promise<{ paint: number; tap: number }> {
  const { broadcast, stop } = await whole.live(publishClock);
  try {
    const paints: number[] = [];
    const taps: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const page = await newPhone(browser);
      await page.goto(whole.service.url);
      await page.locator(`a.card[href="/b/${broadcast.id}"]`).waitFor({ timeout: 30_000 });
      await new Promise((done) => setTimeout(done, PAINTED_MS));
      paints.push(await largestPaint(page));
      taps.push(await tapToFrame(page, broadcast.id));
      await page.context().close();
    }
    return { paint: quantile(paints, 0.5), tap: quantile(taps, 0.5) };
  } finally {
    await stop();
  }
}
