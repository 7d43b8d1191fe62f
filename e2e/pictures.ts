/*
 * Makes README's pictures from the demo, as it is: `npx node e2e/pictures.ts`. Chinese, the language it is made for
 * first; the room dark, where pictures are at home.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, waitForState } from './browser.ts';
import { type Broadcast, type Client, type Play, signIn } from './client.ts';
import { type Service, startService } from './service.ts';

/** Larger ones would make the README slow to read. */
const MOST_BYTES = 150_000;
const WIDTH = 1280;
/** Where the panel stands beside the picture. */
const CONSOLE_WIDTH = 1440;
const HEIGHT = 800;
const SETTLE_MS = 1_500;
const SPEAK_EACH_MS = 900;
/** Until what was said has flown into the picture. */
const FLY_MS = 500;
const PEOPLE = ['demo-viewer', 'demo-publisher', 'demo-reviewer', 'demo-admin'];
const LINES = ['今天开的是哪一窑？', '这个釉色比上次深', '火候刚刚好', '慢慢来，不着急'];

type Look = { theme?: 'light' | 'dark'; account?: string; width?: number };

async function open(browser: Browser, service: Service, path: string, look: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? WIDTH, height: HEIGHT },
    locale: 'zh-CN',
    colorScheme: look.theme ?? 'light',
  });
  if (look.account) {
    const { token } = await signIn(service, look.account);
    await context.addCookies([{ name: 'weir_session', value: token, url: service.url, sameSite: 'Lax' }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(service.url + path);
  return page;
}

/** Writes what a page shows as WebP; a picture that would be too large is made coarser until it fits. */
async function take(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  const cdp = await page.context().newCDPSession(page);
  const path = join(import.meta.dirname, '..', 'docs', 'images', `${name}.webp`);
  for (let quality = 90; quality >= 40; quality -= 10) {
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality });
    writeFileSync(path, Buffer.from(data, 'base64'));
    if (statSync(path).size <= MOST_BYTES) break;
  }
  console.log(`${name}.webp ${statSync(path).size} bytes`);
  await page.context().close();
}

/** Everybody says one line, so that the picture shows talk over the picture. */
async function talk(service: Service, people: readonly Client[], id: string): Promise<void> {
  for (const [n, person] of people.entries()) {
    const { room } = await person.post<Play>(`/api/broadcasts/${id}/play`);
    const socket = new WebSocket(room, 'weir.room.1');
    await new Promise<void>((done, fail) => {
      socket.onerror = () => fail(new Error(`the room of ${service.url} cannot be entered`));
      socket.onopen = () => socket.send(JSON.stringify([{ t: 'send', ref: '1', text: LINES[n] }]));
      socket.onmessage = ({ data }) => {
        if (/"t":"(ack|refused)"/.test(String(data))) done();
      };
    });
    socket.close();
    await new Promise((next) => setTimeout(next, SPEAK_EACH_MS));
  }
}

const service = await startService({ WEIR_DEMO: 'on' });
const browser = await openBrowser();
try {
  const people = await Promise.all(PEOPLE.map((account) => signIn(service, account)));
  const { items } = await (people[0] as Client).get<{ items: Broadcast[] }>('/api/broadcasts?state=live');
  const find = (part: string): string => items.find(({ title }) => title.includes(part))?.id ?? '';
  const playing = (page: Page): Promise<void> => waitForState(page, ['muted', 'playing', 'delayed'], 30_000);

  const lobby = await open(browser, service, '/', {});
  await lobby.locator('[data-weir-view=ready]').waitFor();
  await take(lobby, 'lobby');

  const room = await open(browser, service, `/b/${find('窑口')}`, { theme: 'dark', account: 'demo-viewer' });
  await playing(room);
  await talk(service, people, find('窑口'));
  await room.waitForTimeout(FLY_MS);
  await take(room, 'room');

  const console = await open(browser, service, `/console/b/${find('鱼缸')}`, {
    theme: 'dark',
    account: 'demo-reviewer',
    width: CONSOLE_WIDTH,
  });
  await playing(console);
  await console.keyboard.press('x');
  await console.locator('.action-panel').waitFor();
  await take(console, 'console');

  const desk = await open(browser, service, `/console/desk/${find('先审')}`, {
    theme: 'dark',
    account: 'demo-reviewer',
  });
  await desk.locator('.tile', { hasText: '看过' }).nth(1).waitFor();
  await take(desk, 'desk');

  const studio = await open(browser, service, `/studio/${find('窑口')}`, { account: 'demo-publisher' });
  await playing(studio);
  await take(studio, 'studio');

  const demo = await open(browser, service, '/demo', {});
  await playing(demo);
  await take(demo, 'demo');
} finally {
  await browser.close();
  await service.dispose();
}
