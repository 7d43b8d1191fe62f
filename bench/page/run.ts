import { gzipSync } from 'node:zlib';
import { openBrowser, waitForState } from '@weir/e2e/browser.ts';
import type { Browser, Page } from 'playwright-core';
import { type Options, quantile, type Row, row } from '../row.ts';
import { startWhole, until, type Whole } from '../service.ts';
import { publishClock } from './clock.ts';
import { darkAt, takeShown, watchDark, watchGlass } from './glass.ts';
import { phoneFigures } from './phone.ts';

/**
 * What a person in front of Debian's Chromium sees, against the whole service. `dark`: from the order to the picture
 * gone and the reason shown, worst of three. `glass_to_glass`: from a frame's making to its showing by HTTP-FLV, key
 * frames each second, median. `back_after_delay`: from the order delay → open to the first frame that is within the
 * bar of `glass_to_glass` again. `lobby_…`, `tap_…`: on a phone of 1.6 Mbit/s and a quarter of this CPU.
 */
export const metrics = [
  'glass_to_glass',
  'back_after_delay',
  'dark',
  'script_before_player',
  'lobby_largest_paint',
  'tap_to_first_frame',
] as const;

const BAR_MS = 1_200;
const DELAY_MS = 5_000;
const DARK_ROUNDS = 3;
const SETTLE_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function open(whole: Whole, browser: Browser, id: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(`${whole.service.url}/b/${id}`);
  await waitForState(page, ['playing', 'muted'], 30_000);
  return page;
}

async function glass(
  whole: Whole,
  browser: Browser,
  seconds: number,
): Promise<{ glass: number; back: number }> {
  const { broadcast, stop } = await whole.live(publishClock);
  const page = await open(whole, browser, broadcast.id);
  try {
    await pause(SETTLE_MS);
    await watchGlass(page);
    await pause(seconds * 1_000);
    const delays = (await takeShown(page)).map(({ delayMs }) => delayMs);
    const order = (media: object): Promise<unknown> =>
      whole.reviewer.put(`/api/broadcasts/${broadcast.id}/gate`, { media, note: 'bench' });
    await order({ mode: 'delay', delayMs: DELAY_MS });
    await until('the delay shows', async () =>
      (await takeShown(page)).some(({ delayMs }) => delayMs >= DELAY_MS),
    );
    await pause(SETTLE_MS);
    await takeShown(page);
    const orderedAt = Date.now();
    await order({ mode: 'open' });
    let back: number | undefined;
    await until('the picture is up to date again', async () => {
      back ??= (await takeShown(page)).find(({ at, delayMs }) => at > orderedAt && delayMs <= BAR_MS)?.at;
      return back !== undefined;
    });
    return { glass: quantile(delays, 0.5), back: (back ?? Number.NaN) - orderedAt };
  } finally {
    await page.context().close();
    await stop();
  }
}

async function dark(whole: Whole, browser: Browser): Promise<number> {
  const { broadcast, stop } = await whole.live(publishClock);
  const page = await open(whole, browser, broadcast.id);
  try {
    await watchDark(page);
    const orderedAt = Date.now();
    await whole.reviewer.post(`/api/broadcasts/${broadcast.id}/cut-off`, { reason: 'other' });
    let at: number | undefined;
    await until('the page is dark', async () => {
      at = await darkAt(page);
      return at !== undefined;
    });
    return (at ?? Number.NaN) - orderedAt;
  } finally {
    await page.context().close();
    await stop();
  }
}

/** kB of script, gzipped, that the lobby runs: all of it comes before the player, which is a room's. */
async function script(whole: Whole, browser: Browser): Promise<number> {
  const page = await browser.newPage();
  let bytes = 0;
  const reading: Promise<void>[] = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() !== 'script') return;
    reading.push(
      answer.body().then((body) => {
        bytes += gzipSync(body, { level: 9 }).length;
      }),
    );
  });
  await page.goto(whole.service.url, { waitUntil: 'networkidle' });
  await Promise.all(reading);
  await page.close();
  return bytes / 1_000;
}

export async function* run({ seconds }: Options): AsyncGenerator<Row> {
  const browser = await openBrowser();
  try {
    const whole = await startWhole();
    try {
      const { glass: median, back } = await glass(whole, browser, seconds);
      yield row('page', 'glass_to_glass', median, 'ms');
      yield row('page', 'back_after_delay', back, 'ms');
      const darks: number[] = [];
      for (let i = 0; i < DARK_ROUNDS; i++) darks.push(await dark(whole, browser));
      yield row('page', 'dark', quantile(darks, 1), 'ms');
      yield row('page', 'script_before_player', await script(whole, browser), 'kB');
    } finally {
      await whole.stop();
    }
    // As a newcomer finds it: twelve broadcasts in the lobby.
    const shown = await startWhole({ WEIR_DEMO: 'on' });
    try {
      const { paint, tap } = await phoneFigures(shown, browser);
      yield row('page', 'lobby_largest_paint', paint, 'ms');
      yield row('page', 'tap_to_first_frame', tap, 'ms');
    } finally {
      await shown.stop();
    }
  } finally {
    await browser.close();
  }
}
