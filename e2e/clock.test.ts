import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look, openBrowser, playerState, waitForState } from './browser.ts';
import { type Created, call, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { type Reader, read } from './viewer.ts';
import { weir as runWeir } from './weir.ts';

const DAY_MS = 86_400_000;
const DECIDED = { timeout: 60_000, interval: 200 };
let service: Service;
let browser: Browser;
let encoder: Encoder;
let live: Created;
let pages: Page[];
let reader: Reader;
let old: string;

const weir = (...args: string[]) => runWeir(service, args);
const clock = (): Promise<{ now: string; simulated: boolean; offsetMs: number }> =>
  call(service, '', 'GET', '/api/clock');
/** Says something in the room of the live broadcast; answers by which time the edge took it. */
async function say(text: string): Promise<number> {
  const viewer = await signIn(service, 'demo-viewer');
  const member = enter((await viewer.post<Play>(`/api/broadcasts/${live.id}/play`)).room);
  expect(await member.say(text)).toMatchObject({ t: 'ack', state: 'shown' });
  const { items } = await viewer.get<{ items: { text: string; ts: string }[] }>(
    `/api/rooms/${live.id}/messages`,
  );
  member.socket.close();
  return Date.parse(items.find((item) => item.text === text)?.ts ?? '');
}
const dayOf = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);

beforeAll(async () => {
  [service, browser] = await Promise.all([startService({}, undefined, ['--simulated']), openBrowser()]);
  const publisher = await signIn(service, 'demo-publisher');
  old = publisher.token;
  live = await createBroadcast(publisher);
  encoder = publish(`${live.ingest.url}/${live.ingest.key}`);
  pages = await Promise.all(
    ['', '?via=hls'].map(async (query) => {
      const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
      await page.goto(`${service.url}/b/${live.id}${query}`);
      await waitForState(page, ['playing', 'muted'], 60_000);
      // Whoever left `playing` for a moment only is found too.
      await page.evaluate(() => {
        const player = document.querySelector('[data-weir-state]') as HTMLElement;
        const seen = [player.dataset['weirState']];
        Object.assign(window, { seen });
        new MutationObserver(() => seen.push(player.dataset['weirState'])).observe(player, {
          attributeFilter: ['data-weir-state'],
        });
      });
      return page;
    }),
  );
  reader = await read((await publisher.post<Play>(`/api/broadcasts/${live.id}/play`)).flv);
}, 300_000);
afterAll(async () => {
  reader?.close();
  await encoder?.stop();
  await browser?.close();
  await service?.dispose();
});

describe('a store made with a simulated clock', () => {
  it('says so to machines, on its pages and in its log', async () => {
    expect(await call(service, '', 'GET', '/healthz')).toMatchObject({ simulated: true });
    expect(await clock()).toMatchObject({ simulated: true, offsetMs: 0 });
    await pages[0]?.locator('[data-weir-simulated]').first().waitFor({ state: 'visible' });
    expect(service.output()).toContain('simulated');
  });

  it('moves on by 59 days when told, and live media goes on', async () => {
    const [saidAt, before] = [await say('前一天'), Date.parse((await clock()).now)];
    const pictures = await Promise.all(pages.map(look));
    const moved = await weir('clock', 'advance', '59d', '--json');
    expect([moved.code, moved.err]).toEqual([0, '']);
    const movedAt = Date.now();
    expect(JSON.parse(moved.out)).toMatchObject({ simulated: true, offsetMs: 59 * DAY_MS });
    expect(Date.parse((await clock()).now) - before).toBeGreaterThanOrEqual(59 * DAY_MS);
    // Longer than a lease, a segment and every time-out of a viewer.
    await sleep(12_000);
    await expect.poll(() => reader.bytesSince(movedAt + 11_000), DECIDED).toBeGreaterThan(10_000);
    expect(reader.ended()).toBe(false);
    for (const [i, page] of pages.entries()) {
      await expect
        .poll(async () => (await look(page)).time, DECIDED)
        .toBeGreaterThan((pictures[i]?.time ?? 0) + 8);
      expect((await look(page)).pixels).not.toBe(pictures[i]?.pixels);
      expect(['playing', 'muted']).toContain(await playerState(page));
      const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
      expect(seen.filter((state) => state !== 'playing' && state !== 'muted')).toEqual([]);
    }
    await expect(call(service, old, 'GET', '/api/session')).rejects.toMatchObject({ status: 401 });
    const saidThen = await say('五十九天后');
    expect(saidThen - saidAt).toBeGreaterThanOrEqual(59 * DAY_MS);
    // The day is the ledger's: a segment and a key of its own.
    const folder = join(service.dataDir, 'ledger', 'content');
    for (const day of [dayOf(saidAt), dayOf(saidThen)]) {
      const segments = readdirSync(folder).filter((name) => name.endsWith(`${day}.ndjson`));
      const text = segments.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
      expect([text.includes('前一天'), text.includes('五十九天后')]).toEqual(
        day === dayOf(saidAt) ? [true, false] : [false, true],
      );
      expect(readFileSync(join(service.dataDir, 'ledger', 'keys.slots')).includes(`content ${day}`)).toBe(
        true,
      );
    }
    const held = await weir('verify', '--local', '--json');
    expect([held.code, held.out]).toEqual([0, expect.stringContaining('weir-simulated-')]);
    const records = await weir('log', 'search', '--kind', 'clock.advanced');
    expect(JSON.parse(records.out)).toMatchObject({ log: 'access', user: 'local', byMs: 59 * DAY_MS });
  }, 300_000);

  it('names a process that does not answer, which has the time when it does', async () => {
    const { offsetMs } = await clock();
    process.kill(service.pid('edge'), 'SIGSTOP');
    try {
      const refused = await weir('clock', 'advance', '36h');
      expect([refused.code, refused.out]).toEqual([1, '']);
      expect(refused.err).toMatch(/^clock_waits: .*edge/);
    } finally {
      process.kill(service.pid('edge'), 'SIGCONT');
    }
    expect((await clock()).offsetMs).toBe(offsetMs + 1.5 * DAY_MS);
    let n = 0;
    await expect
      .poll(async () => (await say(`还有${n++}`)) - Date.now(), { timeout: 60_000, interval: 3_000 })
      .toBeGreaterThan(offsetMs + 1.4 * DAY_MS);
  }, 300_000);

  it('cuts off by its own time, and keeps it over kill -9 of everything, without being asked again', async () => {
    const { offsetMs } = await clock();
    const cut = await weir('cut', live.id, '--reason', 'other', '--json');
    const { state, orderedAt } = JSON.parse(cut.out);
    expect([cut.code, state]).toEqual([0, 'final']);
    expect(Date.parse(orderedAt) - Date.now()).toBeGreaterThan(offsetMs - DAY_MS);
    await service.killAll();
    service = await service.again();
    expect(await clock()).toMatchObject({ simulated: true, offsetMs });
    expect((await weir('clock', 'advance', '1d')).code).toBe(0);
    expect((await clock()).offsetMs).toBe(offsetMs + DAY_MS);
    await expect(call(service, '', 'POST', `/api/broadcasts/${live.id}/play`)).rejects.toMatchObject({
      status: 410,
    });
    await expect.poll(async () => (await weir('verify', '--local')).code, DECIDED).toBe(0);
  }, 300_000);
});
