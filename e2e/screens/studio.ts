import type { Page } from 'playwright-core';
import type { Screen } from './screen.ts';
import { untilState } from './stage.ts';
import { down, fault, pending, player, skeleton, stale, view } from './states.ts';

const studio = (state: string, more: Partial<Screen>): Screen => ({
  page: 'studio',
  state,
  role: 'publisher',
  path: () => '/studio',
  there: view(state),
  ...more,
});
/** The studio: one's own broadcasts. */
export const STUDIO: readonly Screen[] = [
  studio('loading', { arrange: fault('GET /api/broadcasts', 'silent'), there: skeleton }),
  studio('empty', {
    arrange: (mock) => {
      mock.own = 0;
    },
  }),
  studio('error', { arrange: fault('GET /api/broadcasts', down) }),
  studio('stale', { there: stale('GET /api/broadcasts') }),
  studio('forbidden', { role: 'viewer' }),
  studio('title not accepted', {
    there: async (page) => {
      await page.locator('form input').first().fill('早市现场，加微信看货');
      await page.locator('form button[type=submit]').click();
      await page.locator('form button[type=button]').waitFor();
    },
  }),
  studio('done', {
    there: view('ready'),
    arrange: (mock) => {
      mock.show(8422).about.lastRefusal = { code: 'codec_unsupported', at: new Date().toISOString() };
      mock.show(8423).about.state = 'created';
    },
  }),
];

const MOVING = 8421;
const DELAYED = 8423;

const desk = (state: string, more: Partial<Screen>): Screen => ({
  page: 'studio of one',
  state,
  role: 'publisher',
  path: (mock) => `/studio/${mock.show(MOVING).about.id}`,
  there: view(state),
  ...more,
});
const renaming = (page: Page) =>
  page
    .locator('.desk-title button')
    .click()
    .then(() => page.locator('.desk-rename input').waitFor());
const renamed = (title: string, state: string) => async (page: Page) => {
  await renaming(page);
  await page.locator('.desk-rename input').fill(title);
  await page.locator('.desk-rename button[type=submit]').click();
  await pending(state)(page);
};
/** One broadcast of one's own. */
export const DESK: readonly Screen[] = [
  desk('loading', { arrange: fault('GET /api/broadcasts/', 'silent'), there: skeleton }),
  desk('error', { arrange: fault('GET /api/broadcasts/', down) }),
  desk('stale', { there: stale('GET /api/broadcasts/') }),
  desk('forbidden', { role: 'viewer' }),
  desk('live', { there: player('muted') }),
  ...(['held', 'refused'] as const).map((state) =>
    desk(`title ${state}`, {
      arrange: (mock) => {
        mock.ownNames.items = [
          {
            id: '00000000-0000-7000-8000-0000000000a1',
            of: 'title',
            subject: mock.show(MOVING).about.id,
            text: '云雀秒返专场',
            state,
            category: 'fraud',
            reason: state === 'refused' ? 'fraud' : null,
            at: new Date().toISOString(),
            seen: true,
          },
        ];
      },
      there: pending(state),
    }),
  ),
  desk('title changing', { there: renaming }),
  desk('title not accepted', { there: renamed('早市现场，加微信看货', 'refused') }),
  desk('title doubted', { there: renamed('云雀秒返专场', 'held') }),
  desk('delayed, refused', {
    path: (mock) => `/studio/${mock.show(DELAYED).about.id}`,
    arrange: (mock) => {
      mock.show(DELAYED).about.lastRefusal = { code: 'publisher_busy', at: new Date().toISOString() };
    },
    there: player('delayed'),
  }),
  desk('cut', { arrange: (mock) => void mock.show(MOVING).cut('fraud'), there: player('cut') }),
  desk('created', {
    path: () => '/studio',
    there: async (page) => {
      await page.locator('form input').first().fill('午后开窑');
      await page.locator('form button[type=submit]').click();
      await page.locator('.desk').waitFor();
      await untilState(page, 'idle');
    },
  }),
  desk('created, title not accepted', {
    path: () => '/studio',
    there: async (page) => {
      await page.locator('form input').first().fill('早市现场，加微信看货');
      await page.locator('form button[type=submit]').click();
      await page.locator('form button[type=button]').click();
      await pending('refused')(page);
    },
  }),
  desk('rehearsal', {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.locator('.check input').first().click();
      await untilState(page, 'closed');
    },
  }),
];
