import type { Page } from 'playwright-core';
import { console, denied, down, faults, panel, press, view } from './console.ts';
import type { Screen } from './screen.ts';

const rows = (page: Page) => page.locator('.grid-row').first().waitFor();
const lexicon = (state: string, more: Partial<Screen>): Screen =>
  console('lexicon', state, { role: 'admin', path: () => '/console/lexicon', there: view(state), ...more });
const staleAfter = (part: string) => async (page: Page, mock: Parameters<Screen['there']>[1]) => {
  await page.locator('.lexicon-main').waitFor();
  mock.faults.set(part, 'broken');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await view('stale')(page);
};

const TERMS: readonly Screen[] = [
  lexicon('loading', {
    arrange: faults('silent', '/api/lexicon'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  lexicon('empty', {
    arrange: (mock) => {
      mock.lexicon.terms = [];
    },
  }),
  lexicon('error', { arrange: faults(down, '/api/lexicon') }),
  lexicon('forbidden', { arrange: faults(denied, '/api/lexicon') }),
  lexicon('stale', { there: staleAfter('GET /api/lexicon') }),
  lexicon('done', { there: rows }),
  lexicon('read only', { role: 'reviewer', there: rows }),
  lexicon('draft', {
    there: async (page) => {
      await rows(page);
      await page.locator('.grid-name').nth(1).click();
      await press(page, 'r', /^(删除|Remove)/);
      await page.locator('.grid-name', { hasText: '云雀秒返' }).first().click();
      await press(page, 'e', /^(修改|Change)/);
      await page.locator('.action-panel .choice').last().click();
      await page.locator('.action-panel button[type=submit]').click();
      await page.locator('.draft li').nth(1).waitFor();
    },
  }),
  lexicon('term form', {
    there: async (page) => {
      await rows(page);
      await press(page, 'a', /^(新增|Add)/);
      await page.locator('.action-panel input').first().fill('青鸟号');
      await page.locator('.stages select').selectOption('some');
    },
  }),
  lexicon('wrong import', {
    there: async (page) => {
      await rows(page);
      await press(page, 'i', /CSV/);
      await page.locator('.action-panel textarea').first().fill('term,severity\n云雀,2\n坏,9\n白鹭,1\n');
      await page.locator('.action-panel button[type=submit]').click();
      await page.locator('.wrong').waitFor();
    },
  }),
];

const versions = (state: string, more: Partial<Screen>): Screen =>
  console('lexicon versions', state, {
    role: 'admin',
    path: () => '/console/lexicon/versions/14',
    there: view(state),
    ...more,
  });
const ALL_VERSIONS = (): string => '/console/lexicon/versions';
const VERSIONS: readonly Screen[] = [
  versions('loading', {
    path: ALL_VERSIONS,
    arrange: faults('silent', '/api/lexicon/versions'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  versions('empty', {
    path: ALL_VERSIONS,
    arrange: (mock) => {
      mock.lexicon.listed = false;
    },
  }),
  versions('error', { path: ALL_VERSIONS, arrange: faults(down, '/api/lexicon/versions') }),
  versions('forbidden', { path: ALL_VERSIONS, arrange: faults(denied, '/api/lexicon/versions') }),
  versions('stale', { path: ALL_VERSIONS, there: staleAfter('GET /api/lexicon/versions') }),
  versions('list', {
    path: ALL_VERSIONS,
    there: (page) => page.locator('.lexicon-main .grid-row').first().waitFor(),
  }),
  versions('difference', { there: (page) => page.locator('.diff li').first().waitFor() }),
  versions('dry run', {
    there: async (page) => {
      await page.locator('.diff li').first().waitFor();
      await press(page, 'd', /试跑|Dry run/);
      await page.locator('[data-weir-dry-run=done]').waitFor();
    },
  }),
  versions('putting in force', {
    there: async (page) => {
      await page.locator('.diff li').first().waitFor();
      await press(page, 'g', /启用|Put in force/);
      await panel(page);
    },
  }),
  versions('done', {
    path: () => '/console/lexicon/versions/11',
    there: async (page) => {
      await page.locator('.diff li').first().waitFor();
      await press(page, 'g', /回滚|Roll back/);
      await page.locator('.action-panel button[type=submit]').click();
      await panel(page, 'done');
    },
  }),
];

const tryIt = (state: string, more: Partial<Screen>): Screen =>
  console('lexicon try', state, { path: () => '/console/lexicon/try', there: view(state), ...more });
const judge = async (page: Page, text: string): Promise<void> => {
  await page.locator('textarea').fill(text);
  await page.locator('textarea').press('Enter');
};
const TRY: readonly Screen[] = [
  tryIt('empty', {}),
  tryIt('found', {
    there: async (page) => {
      await judge(page, '来加 我·青鳥號，坐青鸟号列车');
      await page.locator('.found-stages tr').nth(2).waitFor();
    },
  }),
  tryIt('refused as a title', {
    there: async (page) => {
      await page.locator('.lexicon-tools select').nth(1).selectOption('title');
      await judge(page, '来加 我·青鳥號，坐青鸟号列车');
      await page.locator('[data-weir-verdict=refuse]').waitFor();
    },
  }),
  tryIt('passes', {
    there: async (page) => {
      await judge(page, '今天开的是哪一窑？');
      await page.locator('[data-weir-verdict=pass]').waitFor();
    },
  }),
  tryIt('error', {
    arrange: faults(down, '/api/text/try'),
    there: async (page) => {
      await judge(page, '今天');
      await page.getByRole('alert').waitFor();
    },
  }),
];

const found = (state: string, more: Partial<Screen>): Screen =>
  console('lexicon hits', state, { path: () => '/console/lexicon/hits', there: view(state), ...more });
const HITS: readonly Screen[] = [
  found('loading', {
    arrange: faults('silent', '/api/lexicon/hits'),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  found('error', { arrange: faults(down, '/api/lexicon/hits') }),
  found('forbidden', { arrange: faults(denied, '/api/lexicon/hits') }),
  found('stale', { there: staleAfter('GET /api/lexicon/hits') }),
  found('empty', {
    arrange: (mock) => {
      mock.lexicon.hits = false;
    },
  }),
  found('done', { there: (page) => page.locator('.hits .bar').first().waitFor() }),
];

/** The lexicon's pages in their states. */
export const LEXICON: readonly Screen[] = [...TERMS, ...VERSIONS, ...TRY, ...HITS];
