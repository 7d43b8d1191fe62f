import type { Page } from 'playwright-core';
import { BITS } from './clock.ts';

/** A frame that was shown: wall ms, and how long before it was made. */
export type Shown = { at: number; delayMs: number };

/** Reads each frame's time out of the picture from now on, as it is shown. */
export async function watchGlass(page: Page): Promise<void> {
  await page.evaluate((bits) => {
    const shown: Shown[] = [];
    Object.assign(globalThis, { weirShown: shown });
    const video = document.querySelector('[data-weir-state] video') as HTMLVideoElement;
    const canvas = document.createElement('canvas');
    canvas.width = bits;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    const look = (): void => {
      const at = Date.now();
      // The middle of the picture, one pixel a column.
      context.drawImage(video, 0, video.videoHeight / 2, video.videoWidth, 1, 0, 0, bits, 1);
      const { data } = context.getImageData(0, 0, bits, 1);
      let made = 0;
      for (let bit = 0; bit < bits; bit++) if ((data[bit * 4] ?? 0) > 127) made += 2 ** bit;
      const whole = 2 ** bits;
      shown.push({ at, delayMs: ((at % whole) - made + whole) % whole });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  }, BITS);
}

/** The frames shown since `watchGlass`, or since it was asked before. */
export const takeShown = (page: Page): Promise<Shown[]> =>
  page.evaluate(() => (globalThis as unknown as { weirShown: Shown[] }).weirShown.splice(0));

/** From now on remembers when the picture is gone and the overlay says why, wall ms. */
export async function watchDark(page: Page): Promise<void> {
  await page.evaluate(() => {
    const dark = (): void => {
      const player = document.querySelector('[data-weir-state="cut"]');
      const video = player?.querySelector('video');
      const hidden = player && (!video || getComputedStyle(video).visibility === 'hidden');
      const why = (player?.querySelector('.overlay')?.textContent ?? '').trim();
      if (hidden && why !== '') Object.assign(globalThis, { weirDarkAt: Date.now() });
      else requestAnimationFrame(dark);
    };
    requestAnimationFrame(dark);
  });
}

export const darkAt = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => (globalThis as unknown as { weirDarkAt?: number }).weirDarkAt);
