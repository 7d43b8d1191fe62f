import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { look, openBrowser, waitForState } from './browser.ts';
import {
  type Broadcast,
  type Client,
  type Created,
  call,
  createBroadcast,
  type Play,
  signIn,
} from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { type Service, startService } from './service.ts';

type Certificate = {
  state: string;
  orderedAt: string;
  edges: { state: string; closedNoLaterThan?: string }[];
};
let service: Service;
let browser: Browser;
let publisher: Client;
let reviewer: Client;
let page: Page;
let encoder: Encoder | undefined;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService({ WEIR_GRACE_MS: '20000' }), openBrowser()]);
  [publisher, reviewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
  ]);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
}, 300_000);
afterAll(async () => {
  await encoder?.stop();
  await browser?.close();
  await service?.dispose();
});

const stateOf = async (id: string): Promise<string> =>
  (await reviewer.get<Broadcast>(`/api/broadcasts/${id}`)).state;
const messages = async (id: string): Promise<string[]> =>
  (await reviewer.get<{ items: { text: string }[] }>(`/api/rooms/${id}/messages`)).items.map(
    ({ text }) => text,
  );

/** Says something as the demo viewer; resolves to how it was taken. */
async function say(id: string, text: string): Promise<string> {
  const viewer = await signIn(service, 'demo-viewer');
  const { room } = await viewer.post<Play>(`/api/broadcasts/${id}/play`);
  const socket = new WebSocket(room, 'weir.room.1');
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify([{ t: 'send', ref: '1', text }])));
      socket.on('message', (frame) => {
        const events = JSON.parse(String(frame)) as { t: string; state?: string; code?: string }[];
        const answer = events.find(({ t }) => t === 'ack' || t === 'refused');
        if (answer) resolve(answer.state ?? answer.code ?? '');
      });
    });
  } finally {
    socket.close();
  }
}

async function live(over: object = {}): Promise<Created> {
  const broadcast = await createBroadcast(publisher, over);
  await encoder?.stop();
  encoder = publish(`${broadcast.ingest.url}/${broadcast.ingest.key}`);
  await vi.waitFor(async () => expect(await stateOf(broadcast.id)).toBe('live'), {
    timeout: 60_000,
    interval: 200,
  });
  return broadcast;
}

/** Opens the console anew, so that nothing that another test left open is in the way. */
const openConsole = async (path = ''): Promise<void> =>
  void (await page.goto(`${service.url}/console${path}`));
/** Confirms with Enter what the open panel asks, once the focus stands on it. */
async function confirm(name: string): Promise<void> {
  await page.getByRole('button', { name }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
}

describe('the console', () => {
  it('lets a reviewer in, and nobody who may not review', async () => {
    await page.context().clearCookies();
    await openConsole();
    const enter = async (account: string): Promise<void> => {
      await page.getByLabel('账号').fill(account);
      await page.getByLabel('密码').fill(service.password);
      await page.getByRole('button', { name: '登录' }).click();
    };
    await enter('demo-viewer');
    await page.locator('[data-weir-view=forbidden]').waitFor();
    await page.getByRole('button', { name: '退出' }).click();
    await enter('demo-reviewer');
    await page.locator('[data-weir-view=empty]').waitFor();
  }, 180_000);

  it('rests in pages that nobody sees, which else would take the six connections of the next', async () => {
    const setSeen = async (one: Page, state: 'hidden' | 'visible'): Promise<void> =>
      one.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const pages: Page[] = [];
    try {
      for (let i = 0; i < 7; i++) {
        const one = await page.context().newPage();
        pages.push(one);
        await one.goto(`${service.url}/console`, { timeout: 60_000 });
        await one.locator('[data-weir-view=empty]').waitFor();
        await setSeen(one, 'hidden');
      }
      // Seen again, it asks for the list at once, and hears what changes.
      const [first] = pages as [Page];
      const asked = ['/api/events', '/api/broadcasts?state=live'].map((path) =>
        first.waitForRequest(`${service.url}${path}`),
      );
      await setSeen(first, 'visible');
      await Promise.all(asked);
    } finally {
      await Promise.all(pages.map((one) => one.close()));
    }
  }, 300_000);

  it('shows what goes live by itself, with its picture, and is cut by two keys', async () => {
    await openConsole();
    await page.locator('[data-weir-view=empty], .now-row').first().waitFor();
    const { id, title } = await live({ title: '两键断流' });
    await page.locator('.now-row:has([data-weir-drawn=yes])', { hasText: title }).waitFor();
    // What begins comes last.
    for (let rows = await page.locator('.now-row').count(); rows > 0; rows--) await page.keyboard.press('j');
    await page.getByRole('heading', { name: title }).waitFor();
    await waitForState(page, ['muted', 'playing']);
    // What an input method is working on, and what is typed into a field, acts on nothing.
    await page.evaluate(() => {
      const press = { code: 'KeyX', key: 'x', bubbles: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', { ...press, isComposing: true }));
      document.body.dispatchEvent(new KeyboardEvent('keydown', { ...press, keyCode: 229 }));
    });
    await page.keyboard.press('/');
    await page.keyboard.type('x');
    const search = page.getByRole('searchbox');
    await expect.poll(() => search.inputValue()).toBe('x');
    expect(await page.locator('.action-panel').count()).toBe(0);
    await search.fill('');
    await page.keyboard.press('Escape');
    await search.and(page.locator(':not(:focus)')).waitFor();

    await page.keyboard.press('x');
    await page.locator('.action-panel').waitFor();
    expect(await page.locator('.action-panel-foot').textContent()).toContain(title);
    expect(await page.locator('.button-danger').count()).toBe(1);
    await confirm('确认断流');
    const certificate = page.locator('.action-panel [data-weir-certificate=final]');
    await certificate.waitFor();
    expect(await certificate.textContent()).toMatch(/边缘\d+ 已断 \d+ms/);
    expect(await page.locator('.action-panel [data-weir-view=done]').textContent()).toMatch(
      /已生效 \d\d:\d\d:\d\d/,
    );
    expect(await stateOf(id)).toBe('cut');
    expect((await encoder?.ended)?.code).not.toBe(0);
  }, 180_000);

  it('restores by an order of its own that needs a reason', async () => {
    const { id } = await live({ title: '断了又恢复' });
    await reviewer.post(`/api/broadcasts/${id}/cut-off`, { reason: 'other' });
    await openConsole(`/b/${id}`);
    await page.locator('[data-weir-certificate]').waitFor();
    await page.keyboard.press('Shift+X');
    await page.locator('.action-panel textarea:focus').waitFor();
    const restore = page.getByRole('button', { name: '确认恢复' });
    expect(await restore.isDisabled()).toBe(true);
    await page.keyboard.type('演练结束');
    await restore.click();
    await page.locator('.action-panel [data-weir-view=done]').waitFor();
    const { items } = await reviewer.get<{ items: Broadcast[] }>('/api/broadcasts?state=cut');
    expect(items.map((one) => one.id)).not.toContain(id);
  }, 180_000);

  it('shows a certificate that waits for an edge which cannot be reached, and the final one when it can', async () => {
    await openConsole();
    const { id, title } = await live({ title: '边缘停住' });
    await page.getByRole('button', { name: title, exact: true }).first().click();
    await page.getByRole('heading', { name: title }).waitFor();
    const sheet = page.locator('.action-panel [data-weir-certificate]');
    process.kill(service.pid('edge'), 'SIGSTOP');
    try {
      await page.keyboard.press('x');
      await confirm('确认断流');
      await page.locator('.action-panel [data-weir-certificate=provisional]').waitFor();
      expect(await sheet.textContent()).toMatch(/凭证待补.*边缘1 未确认，租约余 .*/);
      const first = await reviewer.get<Certificate>(`/api/broadcasts/${id}/cut-off`);
      const lease = Date.parse(first.edges[0]?.closedNoLaterThan ?? '') - Date.parse(first.orderedAt);
      expect([first.state, first.edges[0]?.state]).toEqual(['provisional', 'unconfirmed']);
      expect(lease).toBeGreaterThanOrEqual(10_000);
      // The lease runs out; whatever the edge does when it wakes, nothing left it after.
      await sheet.getByText('租约已到期').waitFor();
      expect(await stateOf(id)).toBe('cut');
    } finally {
      process.kill(service.pid('edge'), 'SIGCONT');
    }
    await page.locator('.action-panel [data-weir-certificate=final]').waitFor();
    expect(await sheet.textContent()).toMatch(/边缘1 已断 \d+ms|边缘1 已关/);
    const last = await reviewer.get<Certificate>(`/api/broadcasts/${id}/cut-off`);
    expect([last.state, last.edges[0]?.state]).toEqual(['final', 'confirmed']);
  }, 180_000);

  it('orders a gate, lets a held message through by one key and recalls it by two', async () => {
    const { id, title } = await live({ title: '先审的房间' });
    await openConsole(`/b/${id}`);
    await page.getByRole('heading', { name: title }).waitFor();
    await page.keyboard.press('g');
    const talk = page.getByRole('group', { name: '弹幕' });
    await talk.getByRole('radio', { name: '先审' }).check();
    await page.keyboard.press('Enter');
    await page.locator('.action-panel [data-weir-view=done]').waitFor();
    expect((await reviewer.get<Broadcast>(`/api/broadcasts/${id}`)).gate.messages.mode).toBe('review');
    await page.keyboard.press('Escape');

    expect(await say(id, '请放我过去')).toBe('held');
    await page.locator('.talk-held').waitFor();
    expect(await messages(id)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.locator('.talk-held[aria-selected=true]').waitFor();
    await page.keyboard.press('n');
    await vi.waitFor(async () => expect(await messages(id)).toEqual(['请放我过去']), { timeout: 60_000 });

    await page.locator('.talk-line:not(.talk-held)', { hasText: '请放我过去' }).click();
    await page.locator('.talk-line[aria-selected=true]', { hasText: '请放我过去' }).waitFor();
    await page.keyboard.press('r');
    await confirm('确认撤回');
    await page.locator('.talk [data-weir-view=done]').waitFor();
    expect(await messages(id)).toEqual([]);
  }, 180_000);
});

describe('the desk', () => {
  type Desk = { stretches: { id: string; state: string }[]; preview: { url: string; token: string } };
  let id: string;
  const desk = (): Promise<Desk> => reviewer.get<Desk>(`/api/broadcasts/${id}/desk`);
  /** A stretch that waits now, with where it can be seen. */
  const waiting = async (): Promise<{ held: string; preview: Desk['preview'] }> => {
    let found: { held: string; preview: Desk['preview'] } | undefined;
    await vi.waitFor(
      async () => {
        const { stretches, preview } = await desk();
        const held = stretches.findLast(({ state }) => state === 'held')?.id;
        if (held === undefined) throw new Error('nothing waits');
        found = { held, preview };
      },
      { timeout: 60_000, interval: 200 },
    );
    return found as NonNullable<typeof found>;
  };

  it('shows a reviewer what is held before anybody else has seen it; Enter lets out what was seen', async () => {
    ({ id } = await createBroadcast(publisher, { title: '先审的画面', category: 'news' }));
    await encoder?.stop();
    const { ingest } = await publisher.post<{ ingest: Created['ingest'] }>(`/api/broadcasts/${id}/key`);
    encoder = publish(`${ingest.url}/${ingest.key}`);
    const audience = await browser.newPage();
    await audience.goto(`${service.url}/b/${id}`);
    await waitForState(audience, ['waiting'], 60_000);

    await page.goto(`${service.url}/console/b/${id}`);
    await page.getByRole('button', { name: /审看/ }).click();
    await page.locator('[data-weir-desk=playing]').waitFor();
    await page.locator('.tile [data-weir-drawn=yes]').first().waitFor();
    const picture = (): Promise<number> => look(page).then(({ pixels }) => pixels);
    const first = await picture();
    await vi.waitFor(async () => expect(await picture()).not.toBe(first), { timeout: 60_000 });

    await page.locator('.tile', { hasText: '看过' }).nth(1).waitFor();
    expect((await desk()).stretches.every(({ state }) => state === 'held')).toBe(true);
    await page.locator('.strip').focus();
    await page.keyboard.press('Enter');
    await vi.waitFor(
      async () =>
        expect((await desk()).stretches.filter(({ state }) => state === 'released')).not.toEqual([]),
      { timeout: 60_000 },
    );
    await waitForState(audience, ['playing', 'muted', 'delayed'], 60_000);
    await audience.close();
  }, 300_000);

  it('drops a stretch, which then nobody can see', async () => {
    await page.keyboard.press('ArrowRight');
    await page.locator('.tile[aria-selected=true][data-weir-stretch=held]').waitFor();
    await page.keyboard.press('d');
    await page.locator('.tile[data-weir-stretch=dropped]').first().waitFor();
    const { stretches, preview } = await desk();
    const dropped = stretches.find(({ state }) => state === 'dropped')?.id;
    expect((await fetch(`${preview.url}/${dropped}/still.mp4?t=${preview.token}`)).status).toBe(409);
  }, 180_000);

  it('is closed to everybody else: list, picture and release', async () => {
    const { preview, held } = await waiting();
    const still = (t: string): Promise<Response> => fetch(`${preview.url}/${held}/still.mp4?t=${t}`);
    const seen = await still(preview.token);
    expect([seen.status, seen.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const viewer = await signIn(service, 'demo-viewer');
    for (const person of [viewer, publisher])
      await expect(person.get(`/api/broadcasts/${id}/desk`)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(call(service, '', 'GET', `/api/broadcasts/${id}/desk`)).rejects.toMatchObject({
      code: 'sign_in',
    });
    await expect(viewer.get(`/api/broadcasts/${id}/gate`)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await reviewer.get(`/api/broadcasts/${id}`)).toHaveProperty('waiting.pictureMs');
    expect(await viewer.get(`/api/broadcasts/${id}`)).not.toHaveProperty('waiting');
    const play = await viewer.post<Play>(`/api/broadcasts/${id}/play`);
    for (const address of [play.flv, play.room])
      expect((await still(new URL(address).searchParams.get('t') ?? '')).status).toBe(403);
    expect((await still('')).status).toBe(403);
    const other = await createBroadcast(publisher);
    const elsewhere = await reviewer.get<Desk>(`/api/broadcasts/${other.id}/desk`).catch(() => undefined);
    if (elsewhere) expect((await still(elsewhere.preview.token)).status).toBe(403);
  }, 180_000);

  it('follows for as long as F is held: what is seen leaves by itself', async () => {
    const released = async (): Promise<number> =>
      Math.max(
        0,
        ...(await desk()).stretches.flatMap(({ id, state }) =>
          state === 'released' ? [Number(id.slice(1))] : [],
        ),
      );
    const back = page.getByRole('button', { name: '去看' });
    const before = await released();
    await expect
      .poll(
        async () => {
          // What was passed over stops releases until it was seen; a busy machine passes over what it cannot show in time.
          if (await back.isVisible()) await back.click();
          await page.keyboard.down('f');
          await page.locator('[aria-pressed=true]', { hasText: '跟随中' }).waitFor();
          // A key that is held follows for ten seconds.
          const until = Date.now() + 8_000;
          while (Date.now() < until && (await released()) <= before) await sleep(300);
          await page.keyboard.up('f');
          await page.locator('[aria-pressed=false]', { hasText: '跟随' }).waitFor();
          return released();
        },
        { timeout: 120_000 },
      )
      .toBeGreaterThan(before);
  }, 180_000);

  it('is empty after a cut: the picture is destroyed, its address answers 410', async () => {
    const { preview, held } = await waiting();
    await page.keyboard.press('x');
    await confirm('确认断流');
    await page.locator('[data-weir-certificate=final]').waitFor();
    for (const part of ['still', 'video', 'audio'])
      expect((await fetch(`${preview.url}/${held}/${part}.mp4?t=${preview.token}`)).status).toBe(410);
  }, 180_000);
});
