import type { Page } from 'playwright-core';
import type { Mock } from './mock/server.ts';
import type { Screen } from './screen.ts';
import { down, fault, pending, skeleton, stale, view } from './states.ts';

const ownName = (n: number, over: Record<string, unknown>): Record<string, unknown> => ({
  id: `00000000-0000-7000-8000-0000000000a${n}`,
  of: 'nickname',
  subject: '00000000-0000-7000-8000-000000000000',
  text: '云雀秒返',
  state: 'held',
  category: 'fraud',
  reason: null,
  seen: true,
  at: new Date(Date.now() - n * 3_600_000).toISOString(),
  ...over,
});
const me = (state: string, more: Partial<Screen>): Screen => ({
  page: 'account',
  state,
  role: 'viewer',
  path: () => '/me',
  there: view(state),
  ...more,
});
const owning =
  (...names: Record<string, unknown>[]) =>
  (mock: Mock) =>
    void Object.assign(mock.ownNames, { items: names });
const marked = (kind: string) => (page: Page) =>
  page.locator(`.header-person [data-weir-news=${kind}]`).waitFor();

/** One's own account in its states, and the mark in the header that leads there. */
export const ACCOUNT: readonly Screen[] = [
  me('waiting, in the header', {
    role: 'admin',
    path: () => '/',
    arrange: owning(ownName(1, {})),
    there: marked('waiting'),
  }),
  me('answered, in the header', {
    role: 'publisher',
    path: () => '/studio',
    arrange: owning(ownName(1, {}), ownName(2, { state: 'refused', reason: 'other', seen: false })),
    there: marked('answered'),
  }),
  me('answered', {
    arrange: owning(
      ownName(1, { state: 'released', seen: false }),
      ownName(2, { state: 'refused', reason: 'other' }),
    ),
    there: async (page) => {
      await page.locator('[data-weir-fresh]').waitFor();
      await page.locator('[data-weir-news]').waitFor({ state: 'detached' });
    },
  }),
  me('loading', { arrange: fault('GET /api/me/names', 'silent'), there: skeleton }),
  me('empty', {}),
  me('error', { arrange: fault('GET /api/me/names', down) }),
  me('stale', {
    arrange: owning(ownName(1, {})),
    there: stale('GET /api/me/names'),
  }),
  me('forbidden', { role: undefined }),
  me('done', {
    role: 'publisher',
    arrange: (mock) => {
      const title = { of: 'title', subject: mock.show(8421).about.id };
      mock.ownNames.items = [
        ownName(1, {}),
        ownName(2, { ...title, text: '早市现场，加微信看货', state: 'refused', reason: 'other' }),
        ownName(3, { ...title, text: '周末远足', state: 'contested', category: 'contact' }),
        ownName(4, { ...title, text: null, state: 'stands', reason: 'fraud' }),
        ownName(5, { text: '青瓷与白瓷', state: 'released' }),
      ];
    },
    there: view('ready'),
  }),
  me('contested', {
    arrange: owning(ownName(1, { state: 'refused' })),
    there: async (page) => {
      await page.locator('[data-weir-pending=refused] button').click();
      await pending('contested')(page);
    },
  }),
  me('not contested', {
    arrange: (mock) => {
      mock.ownNames.items = [ownName(1, { state: 'refused' })];
      mock.faults.set('/contest', down);
    },
    there: async (page) => {
      await page.locator('[data-weir-pending=refused] button').click();
      await page.getByRole('alert').waitFor();
    },
  }),
];
