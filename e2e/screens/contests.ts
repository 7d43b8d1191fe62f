import type { Page } from 'playwright-core';
import { console, denied, down, faults, press, view } from './console.ts';
import type { Screen } from './screen.ts';

const items = (page: Page) => page.locator('.items-row').first().waitFor();
const contests = (state: string, more: Partial<Screen>): Screen =>
  console('contests', state, { role: 'admin', path: () => '/console/contests', there: view(state), ...more });

/** Contests in their states. */
export const CONTESTS: readonly Screen[] = [
  contests('loading', {
    arrange: faults('silent', '/api/contests'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  contests('empty', {
    arrange: (mock) => {
      mock.contests.open = [];
    },
  }),
  contests('error', { arrange: faults(down, '/api/contests') }),
  contests('forbidden', { arrange: faults(denied, '/api/contests') }),
  contests('stale', {
    there: async (page, mock) => {
      await items(page);
      mock.faults.set('GET /api/contests', 'broken');
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await view('stale')(page);
    },
  }),
  contests('list', { there: items }),
  contests('one', {
    there: async (page) => {
      await page.locator('.items-row').first().click();
      await page.locator('.items-detail mark').waitFor();
    },
  }),
  contests('refused', {
    role: 'reviewer',
    arrange: faults(down, '/answer'),
    there: async (page) => {
      await page.locator('.items-row').nth(2).click();
      await press(page, 'r', /^(维持|Let it stand)/);
      await page.locator('.items-detail').getByRole('alert').waitFor();
    },
  }),
  contests('done', {
    there: async (page) => {
      await page.locator('.items-row').first().click();
      await press(page, 'a', /并放行|allow it/);
      await page.locator('[data-weir-view=done]').waitFor({ state: 'attached' });
    },
  }),
  contests('answered', {
    arrange: (mock) => {
      const [one] = mock.contests.open;
      const call = `POST /api/contests/${String(one?.['id'])}/answer`;
      mock.contests.answer(call, new URL('http://x'), { outcome: 'overturned', allow: '青鸟号列车' });
    },
    there: async (page) => {
      await items(page);
      await page.locator('.ant-segmented-item').last().click();
      await page.locator('.items-row .ok').waitFor();
      await page.locator('.items-row').first().click();
      await page.locator('.items-detail .ok').last().waitFor();
    },
  }),
];
