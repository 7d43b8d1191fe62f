import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium without a window; nothing of it reaches for the network outside. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** The player's state as the page shows it. */
export const playerState = (page: Page): Promise<string | null> =>
  page.locator('[data-weir-state]').first().getAttribute('data-weir-state');

/** Waits until the player is in one of `states`. */
export async function waitForState(page: Page, states: string[], timeout = 60_000): Promise<void> {
  const selector = states.map((state) => `[data-weir-state="${state}"]`).join(', ');
  await page.locator(selector).first().waitFor({ state: 'attached', timeout });
}

/** A digest of what the picture shows now, and the media's own time. */
export async function look(page: Page): Promise<{ time: number; pixels: number }> {
  return page.evaluate(() => {
    const video = document.querySelector('[data-weir-state] video, video') as HTMLVideoElement;
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.drawImage(video, 0, 0, 64, 36);
    const { data } = context.getImageData(0, 0, 64, 36);
    let pixels = 0;
    for (let i = 0; i < data.length; i++) pixels = (pixels * 31 + (data[i] ?? 0)) >>> 0;
    return { time: video.currentTime, pixels };
  });
}
