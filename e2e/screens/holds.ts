import type { Page } from 'playwright-core';
import { console, denied, down, faults, panel, press, view } from './console.ts';
import type { Screen } from './screen.ts';

const listed = (page: Page) => page.locator('.items-row').first().waitFor();
const first = async (page: Page): Promise<void> => {
  await page.locator('.items-row').first().click();
  await page.locator('.holds-facts').waitFor();
};
const holds = (state: string, more: Partial<Screen>): Screen =>
  console('holds', state, {
    role: 'admin',
    path: () => '/console/holds',
    there: view(state),
    ...more,
  });

/** Holds in their states, and what waits for two persons. */
export const HOLDS: readonly Screen[] = [
  holds('loading', {
    arrange: faults('silent', 'GET /api/holds'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  holds('empty', {
    arrange: (mock) => {
      mock.holds.items = [];
    },
  }),
  holds('error', { arrange: faults(down, 'GET /api/holds') }),
  holds('forbidden', { role: 'reviewer', arrange: faults(denied, 'GET /api/holds') }),
  holds('stale', {
    there: async (page, mock) => {
      await listed(page);
      mock.faults.set('GET /api/holds', 'broken');
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await view('stale')(page);
    },
  }),
  holds('done', { there: first }),
  holds('due by the clock alone', {
    arrange: (mock) => {
      const by = [{ id: 'b', nickname: '演示管理员' }];
      mock.holds.unproven = [
        { id: 'content 2026-09-20', log: 'content', day: '2026-09-20', on: '2026-11-20', state: 'unproven' },
        { id: 'content 2026-09-21', log: 'content', day: '2026-09-21', on: '2026-11-21', state: 'unproven' },
      ].map((item, i) => (i === 0 ? { ...item, confirmedBy: by } : item));
    },
    there: async (page) => {
      await page.locator('.holds-unproven').getByRole('button').click();
      await page.locator('.holds-unproven [role=status]').waitFor();
    },
  }),
  holds('extend', {
    there: async (page) => {
      await first(page);
      await press(page, 'e', /^(延期|Extend)/);
      await panel(page);
    },
  }),
  holds('extended', {
    there: async (page) => {
      await first(page);
      await press(page, 'e', /^(延期|Extend)/);
      await page.locator('.action-panel textarea').fill('二审未结');
      await page.locator('.action-panel button[type=submit]').click();
      await panel(page, 'done');
    },
  }),
  holds('release', {
    there: async (page) => {
      await first(page);
      await press(page, 'r', /^(解除|Release)/);
      await panel(page);
      await page.locator('.action-panel textarea').fill('已结案');
    },
  }),
  holds('release refused', {
    arrange: faults(down, 'DELETE /api/holds'),
    there: async (page) => {
      await first(page);
      await press(page, 'r', /^(解除|Release)/);
      await page.locator('.action-panel textarea').fill('已结案');
      await page.locator('.action-panel button[type=submit]').click();
      await panel(page, 'failed');
    },
  }),
];
