import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn, holdBack, lookAgain } from './held.ts';
import { DESK, Stage, untilState } from './stage.ts';

/** What comes late, or in another order than it was asked for, as it does on a busy machine or a slow line. */
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set('site', 'console');
});
afterAll(() => stage.close());

describe('a page of the site', () => {
  test('shows what the newest question was answered with, though an older one is answered after it', async () => {
    const mock = await stage.world();
    const page = await stage.visit('/', { mock });
    const { about } = mock.show(8421);
    await page.getByText(about.title).first().waitFor();
    const before = about.title;
    const list = await holdBack(page, /\/api\/broadcasts\?state=live/);
    await lookAgain(page);
    await list.asked(1);
    about.title = '换了题目的直播';
    await lookAgain(page);
    await list.asked(2);
    await list.letGo(1);
    await page.getByText('换了题目的直播').first().waitFor();
    await list.letGo(0);
    expect(await page.getByText('换了题目的直播').count()).toBeGreaterThan(0);
    expect(await page.locator('.card-title', { hasText: before }).count()).toBe(0);
    await page.context().close();
  });

  test('keeps what a write was answered with, though what was asked before it is answered after', async () => {
    const mock = await stage.world();
    const { about } = mock.show(8421);
    const page = await stage.visit(`/studio/${about.id}`, { mock, role: 'publisher', ...DESK });
    const rehearsal = page.locator('.check input');
    await rehearsal.waitFor();
    // The page itself asks, and its player.
    const asked = await holdBack(page, new RegExp(`/api/broadcasts/${about.id}$`));
    await lookAgain(page);
    await asked.asked(2);
    await rehearsal.click();
    await page.locator('.check input:checked').waitFor();
    for (const n of [0, 1]) {
      await asked.letGo(n);
      expect(await rehearsal.isChecked()).toBe(true);
    }
    await page.context().close();
  });

  test('opened behind others is there when it is looked at', async () => {
    const page = await stage.visit('/');
    await page.addInitScript(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    });
    await page.goto(`${stage.mock.url}/demo`);
    await page.locator('.tour').waitFor({ state: 'attached' });
    await page.context().close();
  });

  test('takes who signs in for who they are, though the question who was there before is answered after', async () => {
    const page = await stage.visit('/');
    const session = await holdBack(page, /\/api\/session$/);
    await page.goto(`${stage.mock.url}/sign-in`);
    await session.asked(1);
    await page.getByLabel('账号').fill('demo-viewer');
    await page.getByLabel('密码').fill('demo');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.locator('.header-person').waitFor();
    await session.letGo(0);
    expect(await page.locator('.header-person').count()).toBe(1);
    await page.context().close();
  });

  test('follows the gate that the room told last, though what it asked the service before is answered after', async () => {
    const mock = await stage.world();
    const show = mock.show(8422);
    const page = await stage.visit(`/b/${show.about.id}`, { mock });
    await untilState(page, 'muted');
    const about = await holdBack(page, new RegExp(`/api/broadcasts/${show.about.id}$`));
    await lookAgain(page);
    await about.asked(1);
    show.gate('closed');
    await untilState(page, 'closed');
    await page.evaluate(() => {
      const player = document.querySelector('[data-weir-state]') as HTMLElement;
      const seen: (string | undefined)[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => seen.push(player.dataset['weirState'])).observe(player, {
        attributeFilter: ['data-weir-state'],
      });
    });
    await about.letGo(0);
    // It asks again, since something was heard meanwhile.
    await about.asked(2);
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
    await page.context().close();
  });
});

describe('the console', () => {
  test('hears a key as soon as what it acts on is drawn', async () => {
    const page = await stage.visit('/console/', { role: 'reviewer', ...DESK });
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('.items-row')) return;
        observer.disconnect();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyJ', key: 'j', bubbles: true }));
      }).observe(document, { childList: true, subtree: true });
    });
    for (const path of ['names', 'contests']) {
      await page.goto(`${stage.mock.url}/console/${path}`);
      await page.locator('.items-row[aria-current=true]').waitFor();
    }
    await page.context().close();
  });

  test('shows what it heard last of a broadcast, though the list asked for before is answered after', async () => {
    const mock = await stage.world();
    const { about } = mock.show(8421);
    const page = await stage.visit('/console/names', { mock, role: 'reviewer', ...DESK });
    await page.locator('.items-row').first().waitFor();
    const list = await holdBack(page, /\/api\/broadcasts\?state=live/);
    await page.route(/\/api\/events$/, () => undefined);
    const before = about.title;
    await page.goto(`${mock.url}/console/`);
    await list.asked(1);
    about.title = '换了题目的直播';
    await page.unroute(/\/api\/events$/);
    await lookAgain(page);
    await page.getByRole('button', { name: '换了题目的直播', exact: true }).waitFor();
    await list.letGo(0);
    expect(await page.getByRole('button', { name: before, exact: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: '换了题目的直播', exact: true }).count()).toBe(1);
    await page.context().close();
  });

  test('leaves whoever has gone on where they are when a release fails', async () => {
    const mock = await stage.world();
    const show = mock.show(8424);
    show.staff.held.splice(0);
    for (const text of ['第一句', '第二句', '第三句']) show.staff.hold(text, '南风');
    const page = await stage.visit(`/console/b/${show.about.id}`, { mock, role: 'reviewer', ...DESK });
    const lines = page.locator('.talk-held');
    await lines.nth(2).waitFor();
    const release = await holdBack(page, /\/release$/, 'POST');
    mock.faults.set('/release', { status: 503, code: 'database_unavailable' });
    const chosen = (text: string) => page.locator('.talk-held[aria-selected=true]', { hasText: text });
    await page.keyboard.press('ArrowDown');
    await chosen('第一句').waitFor();
    await page.keyboard.press('n');
    await release.asked(1);
    await chosen('第二句').waitFor();
    await page.keyboard.press('ArrowDown');
    await chosen('第三句').waitFor();
    await release.letGo(0);
    await page.getByText('database_unavailable').waitFor();
    expect(await chosen('第三句').count()).toBe(1);
    await page.context().close();
  });

  test('stays at the line that was chosen, though the picture ends before it', async () => {
    const mock = await stage.world();
    const path = `/console/evidence/${mock.show(8421).about.id}`;
    const page = await stage.visit(path, { mock, role: 'admin', ...DESK });
    await page.locator('[data-weir-picture=ready]').waitFor();
    await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) > 2);
    await page.locator('.evidence-lines li').nth(4).getByRole('button').click();
    await page.waitForFunction(() => {
      const { seeking = true, currentTime = 0 } = document.querySelector('video') ?? {};
      return !seeking && currentTime > 11;
    });
    await sleep(500);
    await drawn(page);
    expect(await page.locator('.evidence-lines [aria-current]').textContent()).toContain('早起的人');
    await page.context().close();
  });

  test('holds what the person said who was meant, though the picture has gone on to somebody else', async () => {
    const mock = await stage.world();
    const path = `/console/evidence/${mock.show(8421).about.id}`;
    const page = await stage.visit(path, { mock, role: 'admin', ...DESK });
    const lines = page.locator('.evidence-lines li');
    await lines.nth(1).getByRole('button').click();
    await page.locator('.evidence-lines [aria-current]', { hasText: '十七' }).waitFor();
    await page.keyboard.press('h');
    const whose = page.locator('.action-panel .choice', { hasText: '十七' });
    await whose.click();
    // The panel lies over it.
    await lines.nth(0).getByRole('button').dispatchEvent('click');
    await page.locator('.evidence-lines [aria-current]', { hasText: '南风' }).waitFor();
    await drawn(page);
    expect(await whose.count()).toBe(1);
    expect(await page.locator('.action-panel .choice:has(input:checked)').textContent()).toContain('十七');
    await page.context().close();
  });

  test.each([
    ['names', 'n', /\/api\/names\/[^/]+\/release$/],
    ['contests', 'r', /\/api\/contests\/[^/]+\/answer$/],
  ] as const)(
    'writes an answer once, though one went on and came back before it was there: %s',
    async (path, key, call) => {
      const mock = await stage.world();
      const page = await stage.visit(`/console/${path}`, { mock, role: 'admin', ...DESK });
      const rows = page.locator('.items-row');
      await rows.nth(1).waitFor();
      const before = await rows.allTextContents();
      // What is asked anew meanwhile says nothing.
      await holdBack(page, new RegExp(`/api/${path}\\?`));
      const answer = await holdBack(page, call, 'POST');
      let written = 0;
      page.on('request', (request) => {
        if (request.method() === 'POST' && call.test(request.url())) written++;
      });
      await rows.nth(0).click();
      await page.keyboard.press(key);
      await answer.asked(1);
      await page.locator('.items-ways [role=status]').waitFor();
      await rows.nth(1).click();
      await rows.nth(0).click();
      await page.keyboard.press(key);
      await drawn(page);
      expect(await page.locator('.items-ways [role=status]').count()).toBe(1);
      await answer.letGo(0);
      await page.locator('[data-weir-view=done]').waitFor();
      expect(written).toBe(1);
      expect(await rows.allTextContents()).toEqual(before.slice(1));
      await page.locator('.items-row[aria-current=true]').waitFor();
      await page.context().close();
    },
  );
});
