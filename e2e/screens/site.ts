import type { Page } from 'playwright-core';
import { ACCOUNT } from './account.ts';
import type { Screen } from './screen.ts';
import { untilState } from './stage.ts';
import { denied, down, fault, player, skeleton, stale, view } from './states.ts';
import { DESK, STUDIO } from './studio.ts';

const MOVING = 8421;
const DELAYED = 8423;
const REVIEWED = 8424;
const CLOSED = 8425;
const SOUND = 8428;

const lobby = (state: string, more: Partial<Screen>): Screen => ({
  page: 'lobby',
  state,
  path: () => '/',
  there: view(state),
  ...more,
});
const LOBBY: readonly Screen[] = [
  lobby('loading', { arrange: fault('GET /api/broadcasts', 'silent'), there: skeleton }),
  lobby('empty', {
    role: 'publisher',
    arrange: (mock) => {
      for (const show of mock.shows) show.about.state = 'ended';
    },
  }),
  lobby('error', { arrange: fault('GET /api/broadcasts', down) }),
  lobby('stale', { there: stale('GET /api/broadcasts') }),
  lobby('forbidden', { arrange: fault('GET /api/broadcasts', denied) }),
  lobby('done', { there: view('ready') }),
  lobby('appearance', {
    there: async (page) => {
      await view('ready')(page);
      await page.locator('.header [data-weir-preferences]').click();
      await page.locator('dialog').waitFor();
    },
  }),
];

const room = (state: string, number: number, more: Partial<Screen> = {}): Screen => ({
  page: 'room',
  state,
  role: 'viewer',
  path: (mock) => `/b/${mock.show(number).about.id}`,
  there: player(state),
  ...more,
});
const moderating = (state: string, more: Partial<Screen>): Screen =>
  room(state, MOVING, { role: 'publisher', ...more });
const openDialog = async (page: Page): Promise<void> => {
  await page.locator('[data-weir-moderate]').click();
  await page.locator('dialog').waitFor();
};
const MODERATING: readonly Screen[] = [
  moderating('moderating', {
    there: async (page) => {
      await openDialog(page);
      await page.locator('.moderate-list li').nth(3).waitFor();
    },
  }),
  moderating('moderating, nothing set', {
    arrange: (mock) => Object.assign(mock.show(MOVING).talk, { mutes: [], words: [], moderators: [] }),
    there: async (page) => {
      await openDialog(page);
      await page.locator('dialog [data-weir-view=empty]').nth(2).waitFor();
    },
  }),
  moderating('moderating, error', {
    arrange: fault('/mutes', down),
    there: async (page) => {
      await openDialog(page);
      await view('error')(page);
    },
  }),
  moderating('muting somebody', {
    there: async (page) => {
      await page.locator('.line-person').first().click();
      await page.locator('dialog form').waitFor();
    },
  }),
  moderating('muted somebody', {
    there: async (page) => {
      await page.locator('.line-person').first().click();
      await page.locator('dialog button[type=submit]').click();
      await view('done')(page);
    },
  }),
];
const ROOM: readonly Screen[] = [
  room('idle', MOVING, { arrange: (mock) => mock.show(MOVING).wait() }),
  room('connecting', MOVING, { arrange: fault('/play', 'silent') }),
  room('muted', MOVING),
  room('playing', MOVING, {
    there: async (page, mock) => {
      await untilState(page, 'muted');
      await page.locator('.player-sound').click();
      await untilState(page, 'playing');
      mock.show(MOVING).say('这一窑的颜色比上次深一点，是不是换了釉料？');
      await page.getByText('换了釉料').first().waitFor();
    },
  }),
  room('delayed', DELAYED),
  room('waiting', REVIEWED),
  room('interrupted', MOVING, { arrange: (mock) => mock.show(MOVING).interrupt(true) }),
  room('stalled', MOVING, {
    there: async (page, mock) => {
      await untilState(page, 'muted');
      mock.faults.set('/live/', 'broken');
      mock.show(MOVING).loop.reset();
      await untilState(page, 'stalled');
    },
  }),
  room('age_gated', MOVING, { arrange: fault('/play', { status: 403, code: 'age_gated' }) }),
  room('closed', CLOSED),
  room('cut', MOVING, { arrange: (mock) => void mock.show(MOVING).cut('fraud') }),
  room('ended', MOVING, { arrange: (mock) => mock.show(MOVING).end() }),
  room('unsupported', MOVING, {
    arrange: (mock) => {
      mock.show(MOVING).loop.hevc = true;
    },
  }),
  room('sound alone', SOUND, { there: player('muted') }),
  room('error', MOVING, { path: () => '/b/00000000-0000-7000-8000-999999999999', there: view('error') }),
  room('guest', MOVING, { there: player('muted'), role: undefined }),
  room('about', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.locator('#room-about').click();
    },
  }),
  room('rule of the gate', DELAYED, {
    there: async (page) => {
      await untilState(page, 'delayed');
      await page.locator('.room-head .gate-button').click();
      await page.locator('.gate-rule:visible').waitFor();
    },
  }),
  room('own messages', REVIEWED, {
    there: async (page, mock) => {
      await untilState(page, 'waiting');
      const box = page.locator('.composer input');
      const say = async (text: string, state: string): Promise<void> => {
        await box.fill(text);
        await box.press('Enter');
        await page.locator(`[data-weir-message=${state}]`).first().waitFor();
      };
      await say('等着看这一盏灯', 'held');
      await say('加我微信 abc', 'refused');
      mock.show(REVIEWED).gate('open');
      await page.waitForTimeout(200);
      await say('真好看', 'shown');
    },
  }),
  room('contested', MOVING, {
    there: async (page, mock) => {
      await untilState(page, 'muted');
      const contest = async (text: string): Promise<void> => {
        await page.locator('.composer input').fill(text);
        await page.locator('.composer input').press('Enter');
        await page.locator('.line-refused', { hasText: text }).locator('.line-way').click();
        await page.locator('[data-weir-contest=open]').waitFor();
      };
      await contest('微信里说好的那盏灯呢');
      mock.show(MOVING).answer('overturned');
      await contest('加我微信 abc');
      mock.show(MOVING).answer('stands', '这是联系方式');
      await contest('微信支付可以吗');
    },
  }),
  room('slowed down', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.locator('.composer input').fill('停一停');
      await page.locator('.composer input').press('Enter');
      await page.locator('.composer-note b').waitFor();
    },
  }),
  room('muted person', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.locator('.composer input').fill('住口');
      await page.locator('.composer input').press('Enter');
      await page.locator('[data-weir-muted]').waitFor();
    },
  }),
  ...MODERATING,
  room('danmaku settings', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.locator('[data-weir-danmaku-settings]').click();
      await page.locator('dialog').waitFor();
    },
  }),
  room('keys', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.keyboard.press('Shift+?');
      await page.locator('dialog').waitFor();
    },
  }),
  room('palette', MOVING, {
    there: async (page) => {
      await untilState(page, 'muted');
      await page.keyboard.press('Control+k');
      await page.locator('dialog').waitFor();
    },
  }),
];

const OTHERS: readonly Screen[] = [
  {
    page: 'demo',
    state: 'loading',
    path: () => '/demo',
    arrange: fault('GET /api/broadcasts', 'silent'),
    there: skeleton,
  },
  {
    page: 'demo',
    state: 'empty',
    path: () => '/demo',
    arrange: (mock) => {
      for (const show of mock.shows) show.about.state = 'ended';
    },
    there: view('empty'),
  },
  {
    page: 'demo',
    state: 'error',
    path: () => '/demo',
    arrange: fault('GET /api/broadcasts', down),
    there: view('error'),
  },
  { page: 'demo', state: 'done', path: () => '/demo', there: player('muted') },
  {
    page: 'demo',
    state: 'off',
    path: () => '/demo',
    arrange: (mock) => {
      mock.site.demo = false;
    },
    there: view('empty'),
  },
  {
    page: 'sign-in',
    state: 'done',
    path: () => '/sign-in',
    there: (page) => page.locator('input[name=account]').waitFor(),
  },
  {
    page: 'sign-in',
    state: 'error',
    path: () => '/sign-in',
    there: async (page) => {
      await page.locator('input[name=account]').fill('demo-viewer');
      await page.locator('input[name=password]').fill('wrong');
      await page.locator('form button[type=submit]').click();
      await page.getByRole('alert').waitFor();
    },
  },
  { page: 'nowhere', state: 'done', path: () => '/nowhere', there: view('empty') },
];

/** The site's pages in their states. */
export const SITE: readonly Screen[] = [...LOBBY, ...ROOM, ...STUDIO, ...DESK, ...ACCOUNT, ...OTHERS];
