import type { Page } from 'playwright-core';
import { console, denied, down, faults, panel, press, view } from './console.ts';
import type { Screen } from './screen.ts';

const SHOW = 8421;
const picture = (page: Page) => page.locator('[data-weir-picture=ready] video').waitFor();
const evidence = (state: string, more: Partial<Screen>): Screen =>
  console('evidence', state, {
    path: (mock) => `/console/evidence/${mock.show(SHOW).about.id}`,
    there: view(state),
    ...more,
  });

/** A broadcast afterwards, in its states. */
export const EVIDENCE: readonly Screen[] = [
  evidence('loading', {
    arrange: faults('silent', '/recordings'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  evidence('empty', {
    arrange: (mock) => {
      mock.evidence.spans = [];
    },
  }),
  evidence('error', { arrange: faults(down, '/recordings') }),
  evidence('forbidden', { arrange: faults(denied, '/recordings') }),
  evidence('stale', {
    there: async (page, mock) => {
      await picture(page);
      mock.faults.set('/recordings', 'broken');
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await view('stale')(page);
    },
  }),
  evidence('done', {
    there: async (page) => {
      await picture(page);
      await page.locator('.evidence-lines li').nth(1).getByRole('button').click();
      await page.locator('.evidence-lines [aria-current]').waitFor();
    },
  }),
  evidence('no picture', {
    arrange: (mock) => {
      mock.evidence.pictures = false;
    },
    there: (page) => page.locator('[data-weir-picture=none]').waitFor(),
  }),
  evidence('clip', {
    there: async (page) => {
      await picture(page);
      await press(page, 't', /^(截取证据|Cut evidence)/);
      await panel(page);
      await page.locator('.action-panel input').fill('C-1042');
    },
  }),
  evidence('hold', {
    role: 'admin',
    there: async (page) => {
      await picture(page);
      await page.locator('.evidence-lines li').nth(1).getByRole('button').click();
      await press(page, 'h', /^(保全|Place a hold)/);
      await panel(page);
      await page.locator('.action-panel .choice').nth(1).click();
      await page.locator('.action-panel input[maxlength]').first().fill('C-1042');
    },
  }),
  evidence('held', {
    role: 'admin',
    there: async (page) => {
      await picture(page);
      await press(page, 'h', /^(保全|Place a hold)/);
      await page.locator('.action-panel textarea').fill('诉讼期间保全');
      for (const [i, word] of ['C-1042', '王某'].entries())
        await page.locator('.action-panel input[maxlength]').nth(i).fill(word);
      await page.locator('.action-panel button[type=submit]').click();
      await page.locator('.evidence-held').waitFor();
    },
  }),
  evidence('clip cut', {
    there: async (page) => {
      await picture(page);
      await press(page, 't', /^(截取证据|Cut evidence)/);
      await page.locator('.action-panel input').fill('C-1042');
      await page.locator('.action-panel button[type=submit]').click();
      await page.locator('.evidence-made').waitFor();
    },
  }),
];
