import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look, openBrowser, waitForState } from './browser.ts';
import { type Broadcast, type Client, createBroadcast, signIn } from './client.ts';
import { publish } from './encoder.ts';
import { type Service, startService } from './service.ts';

let service: Service;
let browser: Browser;
let publisher: Client;
let reviewer: Client;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), openBrowser()]);
  publisher = await signIn(service, 'demo-publisher');
  reviewer = await signIn(service, 'demo-reviewer');
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await service?.dispose();
});

/** By which ways each page has asked for media. */
const asked = new WeakMap<Page, Set<string>>();

async function watch(id: string, account?: string, way: 'flv' | 'hls' = 'flv') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
  if (account) {
    const { token } = await signIn(service, account);
    await context.addCookies([
      { name: 'weir_session', value: token, url: service.url, httpOnly: true, sameSite: 'Lax' },
    ]);
  }
  const page = await context.newPage();
  const ways = new Set<string>();
  asked.set(page, ways);
  page.on('request', (request) => ways.add(/\/(live|hls)\/.*\.(flv|m4s)/.exec(request.url())?.[1] ?? ''));
  await page.goto(`${service.url}/b/${id}${way === 'hls' ? '?via=hls' : ''}`);
  return page;
}

describe('from a real encoder, through the gate, to a real browser, and cut off at once', () => {
  it('plays picture and danmaku, goes dark with the reason, and refuses the encoder for good', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const encoder = publish(`${ingest.url}/${ingest.key}`);
    const [first, second] = await Promise.all([watch(id), watch(id, 'demo-viewer')]);
    await Promise.all([first, second].map((page) => waitForState(page, ['playing', 'muted'])));
    const before = await look(first);
    await expect
      .poll(async () => (await look(first)).time, { timeout: 60_000 })
      .toBeGreaterThan(before.time + 1);
    expect((await look(first)).pixels).not.toBe(before.pixels);

    await second.getByRole('textbox').first().fill('这个瓷器好漂亮');
    await second.keyboard.press('Enter');
    await first
      .locator('[data-weir-danmaku]', { hasText: '这个瓷器好漂亮' })
      .first()
      .waitFor({ state: 'attached', timeout: 60_000 });

    const certificate = await reviewer.post<{ state: string; viewersCut: number }>(
      `/api/broadcasts/${id}/cut-off`,
      { reason: 'other' },
    );
    expect(certificate.state).toBe('final');
    expect(certificate.viewersCut).toBeGreaterThanOrEqual(2);
    await Promise.all([first, second].map((page) => waitForState(page, ['cut'], 2_000)));
    expect(
      await first.evaluate(
        () =>
          document.querySelectorAll('[data-weir-state="cut"] video').length === 0 ||
          getComputedStyle(document.querySelector('[data-weir-state="cut"] video') as Element).visibility ===
            'hidden',
      ),
    ).toBe(true);
    expect((await encoder.ended).code).not.toBe(0);

    const retry = await publish(`${ingest.url}/${ingest.key}`, { seconds: 5 }).ended;
    expect(retry.code).not.toBe(0);
    await expect
      .poll(async () => (await publisher.get<Broadcast>(`/api/broadcasts/${id}`)).lastRefusal?.code)
      .toBe('broadcast_cut');
    await service.stop();
    service = await service.again();
    publisher = await signIn(service, 'demo-publisher');
    reviewer = await signIn(service, 'demo-reviewer');
    const again = await signIn(service, 'demo-publisher');
    const rtmp = (await createBroadcast(again)).ingest.url;
    expect((await publish(`${rtmp}/${ingest.key}`, { seconds: 5 }).ended).code).not.toBe(0);
    expect((await again.get<Broadcast>(`/api/broadcasts/${id}`)).state).toBe('cut');
  }, 300_000);

  it('does the same for sound alone', async () => {
    const { id, ingest } = await createBroadcast(publisher, { kind: 'audio' });
    const encoder = publish(`${ingest.url}/${ingest.key}`, { audioOnly: true });
    const page = await watch(id);
    await waitForState(page, ['playing', 'muted']);
    const time = (): Promise<number> =>
      page.evaluate(() => (document.querySelector('video, audio') as HTMLMediaElement).currentTime);
    const before = await time();
    await expect.poll(time, { timeout: 60_000 }).toBeGreaterThan(before + 1);
    await reviewer.post(`/api/broadcasts/${id}/cut-off`, { reason: 'other' });
    await waitForState(page, ['cut'], 2_000);
    expect((await encoder.ended).code).not.toBe(0);
  }, 180_000);

  it.each(['flv', 'hls'] as const)(
    'follows delay, open and review on a running stream, watched by %s',
    async (way) => {
      const { id, ingest } = await createBroadcast(publisher);
      const encoder = publish(`${ingest.url}/${ingest.key}`);
      const page = await watch(id, undefined, way);
      await waitForState(page, ['playing', 'muted'], 60_000);
      const advances = async (): Promise<void> => {
        const { time } = await look(page);
        await expect
          .poll(async () => (await look(page)).time, { timeout: 60_000 })
          .toBeGreaterThan(time + 1.5);
      };
      const order = (mode: string, delayMs?: number): Promise<unknown> =>
        reviewer.put(`/api/broadcasts/${id}/gate`, {
          media: { mode, ...(delayMs ? { delayMs } : {}) },
          note: 'drill',
        });
      await order('delay', 2_000);
      await advances();
      await waitForState(page, ['delayed', 'playing', 'muted']);
      await order('open');
      await advances();
      await order('review');
      await waitForState(page, ['waiting'], 60_000);
      type Desk = { stretches: { id: string; state: string }[] };
      const held = async (): Promise<string[]> =>
        (await reviewer.get<Desk>(`/api/broadcasts/${id}/desk`)).stretches
          .filter(({ state }) => state === 'held')
          .map((stretch) => stretch.id);
      await expect.poll(async () => (await held()).length, { timeout: 60_000 }).toBeGreaterThan(2);
      const waiting = await held();
      for (const stretch of waiting) await reviewer.post(`/api/broadcasts/${id}/desk/seen`, { stretch });
      await reviewer.post(`/api/broadcasts/${id}/desk/release`, { upTo: waiting.at(-1) });
      await advances();
      await order('open');
      await advances();
      await waitForState(page, ['playing', 'muted']);
      await encoder.stop();
      const media = [...(asked.get(page) ?? [])].filter(Boolean);
      expect(media).toEqual([way === 'flv' ? 'live' : 'hls']);
    },
    300_000,
  );
});
