import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from './browser.ts';
import { type Client, createBroadcast, signIn } from './client.ts';
import { type Service, startService } from './service.ts';
import { openAs } from './signedIn.ts';

/** What is found for certain in the shipped sample, and what can only be guessed: it waits for a person. */
const CERTAIN = '加我微信';
const GUESSED = '加我薇信';

let service: Service;
let browser: Browser;
let publisher: Client;
let tries = 0;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), openBrowser()]);
  publisher = await signIn(service, 'demo-publisher');
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await service?.dispose();
});

const open = (account: string, path: string): Promise<Page> => openAs(browser, service, account, path);

/** From now on notes what the page says of the first message of one's own; gives it back. */
async function watchStates(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver(() => {
      const state = document.querySelector<HTMLElement>('.line-own')?.dataset['weirMessage'];
      if (state && told.at(-1) !== state) told.push(state);
    }).observe(document, { childList: true, subtree: true, attributes: true });
  });
  return () => page.evaluate(() => (window as unknown as { told: string[] }).told);
}

const texts = async (id: string): Promise<string[]> =>
  (await publisher.get<{ items: { text: string }[] }>(`/api/rooms/${id}/messages`)).items.map(
    ({ text }) => text,
  );

describe('words', () => {
  it('wait in review with the hit marked, are released and refused by key, and their sender sees each step', async () => {
    const { id } = await createBroadcast(publisher, { title: '先审的弹幕' });
    const reviewer = await signIn(service, 'demo-reviewer');
    await reviewer.put(`/api/broadcasts/${id}/gate`, { messages: { mode: 'review' }, note: 'e2e' });
    const sender = await open('demo-viewer', `/b/${id}`);
    const told = await watchStates(sender);
    const box = sender.getByPlaceholder('说点什么…');
    const say = async (text: string): Promise<void> => {
      await box.fill(text);
      await box.press('Enter');
      await sender.locator('[data-weir-message=held]', { hasText: text }).getByText('待审').waitFor();
    };
    await say(`今天${GUESSED}吧`);

    const page = await open('demo-reviewer', `/console/b/${id}`);
    const held = page.locator('.talk-held');
    await held.waitFor();
    const mark = held.locator('mark');
    expect(await mark.textContent()).toBe(GUESSED);
    const style = await mark.evaluate((one) => {
      const { borderBottomWidth, fontWeight, backgroundColor } = getComputedStyle(one);
      return [borderBottomWidth, fontWeight, backgroundColor];
    });
    expect(style).toEqual(['2px', '600', 'rgba(0, 0, 0, 0)']);
    expect(await texts(id)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('n');
    await sender.locator('[data-weir-message=shown]').getByText('已显示').waitFor();
    await vi.waitFor(async () => expect(await texts(id)).toEqual([`今天${GUESSED}吧`]), { timeout: 10_000 });
    expect(await told()).toEqual(['sending', 'held', 'shown']);

    // The next one is refused, by key, for what was found in it; its sender is told, and contests.
    await say(`明天${GUESSED}吧`);
    await page.locator('.talk-held', { hasText: '明天' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('r');
    const reason = page.locator('.action-panel .choice:has(input:checked)', { hasText: '站外联系方式引流' });
    await reason.waitFor();
    await page.keyboard.press('Enter');
    const line = sender.locator('[data-weir-message=refused]', { hasText: '明天' });
    await line.getByText('未通过 · 站外联系方式引流').waitFor();
    await line.getByRole('button', { name: '申诉' }).click();
    await sender.locator('[data-weir-contest=open]').waitFor();
    const desk = await open('demo-admin', '/console/contests');
    await desk.locator('.items-row', { hasText: '明天' }).waitFor();
    await desk.keyboard.press('j');
    await desk.locator('.items-detail mark', { hasText: GUESSED }).waitFor();
    await desk.keyboard.press('r');
    await sender.locator('[data-weir-contest=stands]').waitFor();
    expect(await texts(id)).toEqual([`今天${GUESSED}吧`]);
    await Promise.all([sender, page, desk].map((one) => one.context().close()));
  }, 60_000);

  it('end for a term where a moderator mutes their speaker from the list, who is told until when', async () => {
    const { id } = await createBroadcast(publisher, { title: '房管的弹幕' });
    const speaker = await open('demo-viewer', `/b/${id}`);
    const box = speaker.getByPlaceholder('说点什么…');
    await box.fill('大家好');
    await box.press('Enter');
    await speaker.locator('[data-weir-message=shown]').waitFor();
    expect(await speaker.locator('[data-weir-moderate]').count()).toBe(0);

    const owner = await open('demo-publisher', `/b/${id}`);
    await owner.locator('.line-person').first().click();
    await owner.getByRole('button', { name: '设为房管' }).click();
    await owner.locator('dialog [data-weir-view=done]').waitFor();
    await speaker.locator('[data-weir-moderate]').waitFor();
    await owner.getByRole('button', { name: '禁言 10 分' }).click();
    await owner.getByText(/已禁言到/).waitFor();

    await box.fill('还在吗');
    await box.press('Enter');
    const told = speaker.locator('[data-weir-muted]');
    await told.getByText(/你在这里被禁言到 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d（UTC\+8）/).waitFor();
    await told.getByText('原因：其他违规').waitFor();

    await owner.getByRole('button', { name: '关闭' }).click();
    await owner.locator('[data-weir-moderate]').click();
    await owner.getByRole('button', { name: '解除' }).click();
    await owner.getByText('没有人被禁言').waitFor();
    await speaker.getByRole('button', { name: '再试试能不能发言' }).click();
    await box.press('Enter');
    await speaker.locator('[data-weir-message=shown]', { hasText: '还在吗' }).waitFor();
    await Promise.all([speaker.context().close(), owner.context().close()]);
  }, 60_000);

  it('of the lexicon are added as a draft, tried on what was said, put in force and rolled back, by key', async () => {
    // A second try finds the term of the first in force.
    const term = `蓝鲸币换${'现钱物'[tries++ % 3]}`;
    const page = await open('demo-admin', '/console/lexicon');
    await page.locator('.grid-row').first().waitFor();
    await page.keyboard.press('a');
    await page.keyboard.type(term);
    await page.keyboard.press('Enter');
    await page.locator('.draft li', { hasText: term }).waitFor();
    await page.keyboard.press('s');
    await page.locator('.action-panel button[type=submit]').click();
    await page.locator('.diff li', { hasText: term }).waitFor();
    await page.locator('[data-weir-version=draft]').first().waitFor();

    await page.keyboard.press('d');
    await page.locator('[data-weir-dry-run=done]').waitFor();
    const said = async (): Promise<string> => {
      await page.getByRole('link', { name: '试一试' }).click();
      await page.getByLabel('文字').fill(`有${term}的吗`);
      await page.keyboard.press('Enter');
      await page.locator('.found-verdict').waitFor();
      const verdict = await page.locator('[data-weir-verdict]').first().getAttribute('data-weir-verdict');
      await page.goBack();
      await page.locator('.lexicon-detail h3').waitFor();
      return verdict ?? '';
    };
    expect(await said()).toBe('pass');
    // The page may learn late which version acts now; a text is tried on that one all the same.
    await page.route('**/api/lexicon', async (route) => {
      await sleep(3_000);
      await route.continue().catch(() => {});
    });
    await page.keyboard.press('g');
    await page.locator('.action-panel[data-weir-panel=ready]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.action-panel [data-weir-view=done]').waitFor();
    await page.keyboard.press('Escape');
    expect(await said()).toBe('refuse');
    await page.unroute('**/api/lexicon');

    // An older one put in force again is the roll-back.
    await page.locator('[data-weir-version=live]').first().waitFor();
    await page.keyboard.press('j');
    await page.getByRole('button', { name: '回滚到这一版' }).waitFor();
    await page.keyboard.press('g');
    await page.locator('.action-panel[data-weir-panel=ready]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.action-panel [data-weir-view=done]').waitFor();
    await page.keyboard.press('Escape');
    expect(await said()).toBe('pass');
    await page.context().close();
  }, 60_000);

  it('of a CSV with an error are not taken, and the wrong row is shown', async () => {
    const page = await open('demo-admin', '/console/lexicon');
    await page.locator('.grid-row').first().waitFor();
    await page.keyboard.press('i');
    await page.getByLabel('或贴在这里').fill('term,severity\n云雀,2\n白鹭,9\n');
    await page.locator('.action-panel button[type=submit]').click();
    const wrong = page.locator('.wrong');
    await wrong.getByText('第 3 行有错').waitFor();
    expect(await wrong.locator('.csv-wrong').textContent()).toBe('白鹭,9');
    expect(await wrong.textContent()).toContain('级别只能是 1、2、3');
    await page.context().close();
  }, 60_000);

  it('refused are contested by one tap; the answer comes, and its allow term makes the same text pass', async () => {
    const { id } = await createBroadcast(publisher, { title: '申诉的弹幕' });
    const text = `我们小区${CERTAIN}群主报名`;
    const sender = await open('demo-viewer', `/b/${id}`);
    const box = sender.getByPlaceholder('说点什么…');
    await box.fill(text);
    await box.press('Enter');
    const line = sender.locator('[data-weir-message=refused]', { hasText: text });
    await line.waitFor();
    expect(await line.textContent()).toContain('未通过 · 站外联系方式');
    expect(await box.inputValue()).toBe(text);
    await line.getByRole('button', { name: '申诉' }).click();
    await sender.locator('[data-weir-contest=open]').waitFor();

    const desk = await open('demo-admin', '/console/contests');
    await desk.locator('.items-row', { hasText: text }).waitFor();
    await desk.keyboard.press('j');
    await desk.locator('.items-detail mark', { hasText: CERTAIN }).waitFor();
    await desk.keyboard.press('a');
    await desk.locator('.items [data-weir-view=done]').waitFor();

    await sender.locator('[data-weir-contest=overturned]').waitFor();
    await line.getByRole('button', { name: '再发一次' }).click();
    await sender.locator('[data-weir-message=shown]', { hasText: text }).waitFor();
    expect(await texts(id)).toEqual([text]);
    await Promise.all([sender.context().close(), desk.context().close()]);
  }, 60_000);
});
