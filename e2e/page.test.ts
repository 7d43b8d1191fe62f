import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { look, openBrowser, waitForState } from './browser.ts';
import { type Client, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';

const DECIDED = { timeout: 60_000, interval: 100 };
let service: Service;
let browser: Browser;
let publisher: Client;
let reviewer: Client;
let viewer: Client;
const encoders: Encoder[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), openBrowser()]);
  [publisher, reviewer, viewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
    signIn(service, 'demo-viewer'),
  ]);
}, 300_000);
afterAll(async () => {
  for (const encoder of encoders) await encoder.stop();
  await browser?.close();
  await service?.dispose();
});

const start = (target: string): Encoder => {
  const encoder = publish(target);
  encoders.push(encoder);
  return encoder;
};
const roomOf = async (id: string): Promise<string> =>
  (await viewer.post<Play>(`/api/broadcasts/${id}/play`)).room;

/** A page that watches, and that remembers when each danmaku first flew over the picture (wall ms). */
async function watch(id: string, query = ''): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await page.addInitScript(() => {
    const flown: Record<string, number> = {};
    Object.assign(window, { flown });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof HTMLElement && node.dataset['weirDanmaku'] !== undefined)
            flown[node.textContent ?? ''] ??= Date.now();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${service.url}/b/${id}${query}`);
  await waitForState(page, ['playing', 'muted'], 60_000);
  return page;
}
const flownAt = (page: Page, text: string): Promise<number | undefined> =>
  page.evaluate((wanted) => {
    const { flown } = window as unknown as { flown: Record<string, number> };
    return Object.entries(flown).find(([said]) => said.includes(wanted))?.[1];
  }, text);

describe('a page', () => {
  it('says that the encoder is away, and goes on without a reload when it is back', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const first = start(`${ingest.url}/${ingest.key}`);
    const page = await watch(id);
    await page.evaluate(() => Object.assign(window, { kept: true }));
    first.process.kill('SIGKILL');
    await waitForState(page, ['interrupted'], 60_000);
    start(`${ingest.url}/${ingest.key}`);
    await waitForState(page, ['playing', 'muted'], 60_000);
    const before = await look(page);
    await expect.poll(async () => (await look(page)).time, DECIDED).toBeGreaterThan(before.time + 1);
    expect((await look(page)).pixels).not.toBe(before.pixels);
    expect(await page.evaluate(() => 'kept' in window)).toBe(true);
    await page.context().close();
  }, 300_000);

  it('that saw the end plays again when the key goes live again, by FLV and by HLS, without a reload', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const first = start(`${ingest.url}/${ingest.key}`);
    const epoch = async (): Promise<string | undefined> =>
      /\/hls\/[^/]+\/(\d+)\//.exec((await viewer.post<Play>(`/api/broadcasts/${id}/play`)).hls)?.[1];
    const pages = await Promise.all([watch(id), watch(id, '?via=hls')]);
    for (const page of pages) await page.evaluate(() => Object.assign(window, { kept: true }));
    expect(await epoch()).toBe('1');
    await publisher.post(`/api/broadcasts/${id}/end`);
    await first.ended;
    for (const page of pages) await waitForState(page, ['ended'], 60_000);
    // Players of the first publication must not go on in the second one's timeline.
    expect(await epoch()).toBe('2');
    start(`${ingest.url}/${ingest.key}`);
    for (const page of pages) {
      await waitForState(page, ['playing', 'muted'], 60_000);
      const before = await look(page);
      await expect.poll(async () => (await look(page)).time, DECIDED).toBeGreaterThan(before.time + 1);
      expect(await page.evaluate(() => 'kept' in window)).toBe(true);
      await page.context().close();
    }
  }, 300_000);

  it('shows a danmaku with the picture it was said to: at once by FLV, when its picture comes by HLS', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    start(`${ingest.url}/${ingest.key}`);
    const [byFlv, byHls] = await Promise.all([watch(id), watch(id, '?via=hls')]);
    const talker = enter(await roomOf(id));
    const saidAt = Date.now();
    expect(await talker.say('看这一刻')).toMatchObject({ t: 'ack', state: 'shown' });
    const [flv, hls] = await Promise.all(
      [byFlv, byHls].map((page) =>
        vi.waitFor(async () => {
          const at = await flownAt(page, '看这一刻');
          if (at === undefined) throw new Error('not flown yet');
          return at;
        }, DECIDED),
      ),
    );
    // By HLS the picture of that moment comes with its segment, two seconds long, a segment or two later.
    expect((hls ?? 0) - saidAt).toBeGreaterThan(1_500);
    expect((hls ?? 0) - (flv ?? 0)).toBeGreaterThan(1_000);
    talker.socket.terminate();
    await Promise.all([byFlv, byHls].map((page) => page.context().close()));
  }, 300_000);

  it('takes a recalled message back from the list and from over the picture, here and at whoever comes later', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    start(`${ingest.url}/${ingest.key}`);
    const page = await watch(id);
    const talker = enter(await roomOf(id));
    const { id: message } = await talker.say('收回这一句');
    await talker.say('留下这一句');
    const shown = (of: Page, text: string): Promise<number> => of.getByText(text, { exact: false }).count();
    await expect.poll(() => shown(page, '收回这一句'), DECIDED).toBeGreaterThan(0);
    await reviewer.delete(`/api/messages/${String(message)}`, { reason: 'other' });
    await expect.poll(() => shown(page, '收回这一句'), DECIDED).toBe(0);
    await expect.poll(() => shown(page, '留下这一句'), DECIDED).toBeGreaterThan(0);
    const late = await watch(id);
    await expect.poll(() => shown(late, '留下这一句'), DECIDED).toBeGreaterThan(0);
    expect(await shown(late, '收回这一句')).toBe(0);
    talker.socket.terminate();
    await Promise.all([page, late].map((one) => one.context().close()));
  }, 300_000);
});
