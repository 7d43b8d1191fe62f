import type { Page } from 'playwright-core';
import type { Fault, Mock } from './mock/server.ts';
import { untilState } from './stage.ts';

/** A view is in `state`. */
export const view = (state: string) => (page: Page) =>
  page.locator(`[data-weir-view=${state}]`).first().waitFor();
export const player =
  (...states: string[]) =>
  (page: Page) =>
    untilState(page, ...states);
export const down: Fault = { status: 503, code: 'database_unavailable' };
export const denied: Fault = { status: 403, code: 'forbidden' };
export const fault = (part: string, what: Fault) => (mock: Mock) => void mock.faults.set(part, what);
/** Loading that lasts; its skeleton comes after 300 ms. */
export const skeleton = (page: Page) => page.locator('.skeleton').first().waitFor();

/** A name of one's own is in `state`. */
export const pending = (state: string) => (page: Page) =>
  page.locator(`[data-weir-pending=${state}]`).waitFor();

/** What was there stays, and newer cannot be had: a page that is seen again looks at once. */
export const stale = (part: string) => async (page: Page, mock: Mock) => {
  await page.locator('[data-weir-view=ready], .desk').first().waitFor();
  mock.faults.set(part, 'broken');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await view('stale')(page);
};
