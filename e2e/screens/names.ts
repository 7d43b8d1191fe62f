import type { Page } from 'playwright-core';
import { console, denied, down, faults, press, view } from './console.ts';
import type { Screen } from './screen.ts';

const items = (page: Page) => page.locator('.items-row').first().waitFor();
const names = (state: string, more: Partial<Screen>): Screen =>
  console('names', state, { role: 'admin', path: () => '/console/names', there: view(state), ...more });
const floods = (state: string, more: Partial<Screen>): Screen =>
  console('floods', state, { role: 'reviewer', path: () => '/console/floods', there: view(state), ...more });
const thresholds = (state: string, more: Partial<Screen>): Screen =>
  console('thresholds', state, {
    role: 'admin',
    path: () => '/console/lexicon/thresholds',
    there: view(state),
    ...more,
  });
const staleAfter = (there: (page: Page) => Promise<void>, call: string): Screen['there'] => {
  return async (page, mock) => {
    await there(page);
    mock.faults.set(call, 'broken');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await view('stale')(page);
  };
};
const skeleton = (page: Page) => page.locator('.skeleton').first().waitFor();
const field = (page: Page) => page.locator('.thresholds-field').first().waitFor();
const told = (page: Page) => page.locator('[data-weir-told]').first().waitFor();

/** Titles and nicknames that wait for a person, flood machines, and thresholds, in their states. */
export const NAMES: readonly Screen[] = [
  names('loading', { arrange: faults('silent', '/api/names'), there: skeleton }),
  names('empty', {
    arrange: (mock) => {
      mock.names.open = [];
    },
  }),
  names('error', { arrange: faults(down, '/api/names') }),
  names('forbidden', { arrange: faults(denied, '/api/names') }),
  names('stale', { there: staleAfter(items, 'GET /api/names') }),
  names('more', {
    there: async (page) => {
      await items(page);
      await page.locator('[data-weir-more]').click();
      await page.locator('.items-row').nth(2).waitFor();
    },
  }),
  names('one', {
    there: async (page) => {
      await page.locator('.items-row').first().click();
      await page.locator('.items-detail mark').waitFor();
    },
  }),
  names('refusing', {
    there: async (page) => {
      await page.locator('.items-row').first().click();
      await press(page, 'r', /^(不通过|Refuse)/);
      await page.locator('.action-panel .choice').first().waitFor();
    },
  }),
  names('done', {
    there: async (page) => {
      await page.locator('.items-row').first().click();
      await press(page, 'n', /^(通过|Let it stand)/);
      await page.locator('[data-weir-view=done]').waitFor({ state: 'attached' });
    },
  }),
  floods('loading', { arrange: faults('silent', '/api/floods'), there: skeleton }),
  floods('empty', {
    arrange: (mock) => {
      mock.names.alone = [];
    },
  }),
  floods('error', { arrange: faults(down, '/api/floods') }),
  floods('forbidden', { arrange: faults(denied, '/api/floods') }),
  floods('stale', { there: staleAfter(told, 'GET /api/floods') }),
  floods('done', {
    there: async (page) => {
      await told(page);
      await page.locator('[data-weir-more]').click();
      await page.locator('[data-weir-told=yes]').waitFor();
    },
  }),
  thresholds('loading', { arrange: faults('silent', '/api/thresholds'), there: skeleton }),
  thresholds('error', { arrange: faults(down, '/api/thresholds') }),
  thresholds('forbidden', { arrange: faults(denied, '/api/thresholds') }),
  thresholds('stale', { there: staleAfter(field, 'GET /api/thresholds') }),
  thresholds('empty', {
    arrange: (mock) => {
      mock.names.versions = [{ ...mock.names.versions[0], version: 0 }];
      mock.names.routes = {};
    },
    there: field,
  }),
  thresholds('wrong', {
    there: async (page) => {
      await field(page);
      await page.locator('.thresholds-field').first().fill('9');
      await page.locator('form .danger').waitFor();
    },
  }),
  thresholds('done', {
    there: async (page) => {
      await field(page);
      await page.locator('.thresholds-field').first().fill('1');
      await page.locator('form .input').last().fill('发言放宽');
      await page.locator('form button[type=submit]').click();
      await page.getByText('发言放宽').waitFor();
    },
  }),
];
