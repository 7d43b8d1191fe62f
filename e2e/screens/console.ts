import type { Page } from 'playwright-core';
import type { Fault, Mock } from './mock/server.ts';
import type { Screen } from './screen.ts';
import { untilState } from './stage.ts';

const MOVING = 8421;
const REVIEWED = 8424;
const CLOSED = 8425;
const SOUND = 8428;

export const view = (state: string) => (page: Page) =>
  page.locator(`[data-weir-view=${state}]`).first().waitFor();
export const down: Fault = { status: 503, code: 'database_unavailable' };
export const denied: Fault = { status: 403, code: 'forbidden' };
const of = (number: number) => (mock: Mock) => `/console/b/${mock.show(number).about.id}`;
export const faults =
  (what: Fault, ...parts: string[]) =>
  (mock: Mock) => {
    for (const part of parts) mock.faults.set(part, what);
  };
const pictures = (page: Page) => page.locator('.now-row [data-weir-drawn=yes]').first().waitFor();
export const panel = (page: Page, state = 'ready') =>
  page.locator(`.action-panel[data-weir-panel=${state}]`).waitFor();
const LIVE = ['/api/broadcasts', '/api/events'] as const;

export const console = (page: string, state: string, more: Partial<Screen>): Screen => ({
  page: `console ${page}`,
  state,
  role: 'reviewer',
  path: () => '/console',
  there: view(state),
  ...more,
});

const list = (state: string, more: Partial<Screen>): Screen => console('list', state, more);
const LIST: readonly Screen[] = [
  list('loading', {
    arrange: faults('silent', ...LIVE),
    there: (page) => page.locator('.skeleton').first().waitFor(),
  }),
  list('empty', {
    arrange: (mock) => {
      for (const show of mock.shows) show.about.state = 'ended';
    },
  }),
  list('error', { arrange: faults(down, ...LIVE) }),
  list('forbidden', { role: 'viewer' }),
  list('stale', {
    arrange: faults(down, '/api/events'),
    there: async (page, mock) => {
      await pictures(page);
      mock.faults.set('GET /api/broadcasts', 'broken');
      await view('stale')(page);
    },
  }),
  list('done', { there: pictures }),
  list('nothing found', {
    there: async (page) => {
      await pictures(page);
      await page.locator('.now-search input').fill('没有这一场');
      await view('empty')(page);
    },
  }),
  list('cut ones', {
    arrange: (mock) => void mock.show(MOVING).cut('fraud'),
    there: async (page) => {
      await page.locator('.now-row').first().waitFor();
      await page.locator('.ant-segmented-item').last().click();
      await page.locator('.now-row.over').waitFor();
    },
  }),
];

/** Does something by its key, or by its button where there are no keys. */
export const press = async (page: Page, key: string, button: RegExp): Promise<void> => {
  const found = page.getByRole('button', { name: button }).first();
  await found.waitFor();
  if (await page.evaluate(() => matchMedia('(hover: none)').matches)) await found.click();
  else await page.keyboard.press(key);
};
const watched = (page: Page) => untilState(page, 'muted');
const detail = (state: string, number: number, more: Partial<Screen>): Screen =>
  console('broadcast', state, { path: of(number), ...more });

const talkOf = (mock: Mock): void => {
  const show = mock.show(REVIEWED);
  show.staff.hold('这盏灯是自己做的吗', '南风');
  show.staff.hold('加我看更多', '十七');
};
const cutOff =
  (state: 'final' | 'provisional') =>
  (mock: Mock): void => {
    const show = mock.show(MOVING);
    const made = show.cut('fraud');
    const [first] = made.edges;
    if (!first) return;
    const second = {
      ...first,
      edge: '2',
      state: 'unconfirmed' as const,
      closedNoLaterThan: new Date(Date.now() + 7_400).toISOString(),
    };
    const beyond = [
      { where: 'cdn' as const, noLaterThan: made.orderedAt, what: '' },
      { where: 'player' as const, noLaterThan: null, what: '' },
    ];
    show.staff.certificate = { ...made, state, beyond, edges: state === 'final' ? [first] : [first, second] };
  };
const DETAIL: readonly Screen[] = [
  detail('loading', MOVING, {
    arrange: faults('silent', ...LIVE),
    there: (page) => page.locator('.now-detail .skeleton').first().waitFor({ state: 'attached' }),
  }),
  detail('error', MOVING, {
    path: () => '/console/b/00000000-0000-7000-8000-999999999999',
    there: (page) => page.locator('.now-detail [data-weir-view=error]').waitFor(),
  }),
  detail('forbidden', MOVING, {
    arrange: faults(denied, `GET /api/broadcasts/`),
    there: (page) => page.locator('[data-weir-view=forbidden]').first().waitFor(),
  }),
  detail('done', MOVING, { there: watched }),
  detail('sound alone', SOUND, { there: watched }),
  detail('closed', CLOSED, { there: (page) => untilState(page, 'closed') }),
  detail('interrupted', MOVING, {
    arrange: (mock) => mock.show(MOVING).interrupt(true),
    there: (page) => untilState(page, 'interrupted'),
  }),
  detail('messages waiting', REVIEWED, {
    arrange: talkOf,
    there: async (page) => {
      await page.locator('.talk-held').last().click();
      await page.locator('.talk-held mark').waitFor();
    },
  }),
  detail('false hit reported', REVIEWED, {
    arrange: talkOf,
    there: async (page) => {
      await page.locator('.talk-held').last().click();
      await press(page, 'a', /报误报|False hit/);
      await page.locator('.talk-held .info').waitFor();
    },
  }),
  detail('refusing a message', REVIEWED, {
    arrange: talkOf,
    there: async (page) => {
      await page.locator('.talk-held').first().click();
      await press(page, 'r', /不通过|Refuse/);
      await panel(page);
    },
  }),
  detail('cut panel', MOVING, {
    there: async (page) => {
      await watched(page);
      await press(page, 'x', /断流|Cut/);
      await panel(page);
    },
  }),
  detail('cutting', MOVING, {
    there: async (page, mock) => {
      mock.faults.set(`POST /api/broadcasts/${mock.show(MOVING).about.id}/cut-off`, 'silent');
      await watched(page);
      await press(page, 'x', /断流|Cut/);
      await page.locator('.action-panel .button-danger').click();
      await panel(page, 'writing');
    },
  }),
  detail('cut refused', MOVING, {
    there: async (page, mock) => {
      mock.faults.set('/cut-off', down);
      await watched(page);
      await press(page, 'x', /断流|Cut/);
      await page.locator('.action-panel .button-danger').click();
      await panel(page, 'failed');
    },
  }),
  detail('just cut', MOVING, {
    there: async (page) => {
      await watched(page);
      await press(page, 'x', /断流|Cut/);
      await page.locator('.action-panel .button-danger').click();
      await panel(page, 'done');
      await page.locator('.action-panel [data-weir-certificate=final]').waitFor();
    },
  }),
  detail('certificate', MOVING, {
    arrange: cutOff('final'),
    there: (page) => page.locator('[data-weir-certificate=final]').waitFor(),
  }),
  detail('provisional certificate', MOVING, {
    arrange: cutOff('provisional'),
    there: (page) => page.locator('[data-weir-certificate=provisional]').waitFor(),
  }),
  detail('gate panel', CLOSED, {
    there: async (page) => {
      await press(page, 'g', /改闸|Set gate/);
      await page.locator('.action-panel .standing').waitFor();
    },
  }),
  detail('restore panel', MOVING, {
    arrange: cutOff('final'),
    there: async (page) => {
      await press(page, 'Shift+X', /恢复|Restore/);
      await panel(page);
    },
  }),
  detail('keys', MOVING, {
    there: async (page) => {
      await watched(page);
      await page.keyboard.press('Shift+Slash');
      await page.locator('dialog').waitFor();
    },
  }),
  detail('palette', MOVING, {
    there: async (page) => {
      await watched(page);
      await page.keyboard.press('Control+k');
      await page.locator('dialog').waitFor();
    },
  }),
];

const desk = (state: string, more: Partial<Screen>): Screen =>
  console('desk', state, {
    path: (mock) => `/console/desk/${mock.show(REVIEWED).about.id}`,
    there: view(state),
    ...more,
  });
const DESK: readonly Screen[] = [
  desk('loading', {
    arrange: (mock) => void mock.faults.set(`/api/broadcasts/${mock.show(REVIEWED).about.id}/desk`, 'silent'),
    there: (page) => page.locator('.desk .skeleton').first().waitFor(),
  }),
  desk('empty', {
    arrange: (mock) => {
      mock.show(REVIEWED).staff.desk = () => [];
    },
  }),
  desk('error', {
    arrange: (mock) => void mock.faults.set(`/api/broadcasts/${mock.show(REVIEWED).about.id}/desk`, down),
  }),
  desk('done', {
    arrange: talkOf,
    there: async (page) => {
      await page.locator('[data-weir-desk=playing]').waitFor();
      await page.locator('.tile [data-weir-drawn=yes]').first().waitFor();
    },
  }),
  desk('dropped and released', {
    arrange: (mock) => {
      mock.show(REVIEWED).staff.mark('s1', 'released');
      mock.show(REVIEWED).staff.mark('s2', 'dropped');
    },
    there: (page) => page.locator('.tile [data-weir-drawn=yes]').first().waitFor(),
  }),
  desk('none', { arrange: (mock) => mock.show(REVIEWED).gate('open'), there: view('empty') }),
  desk('cut', { arrange: (mock) => void mock.show(REVIEWED).cut('fraud'), there: view('empty') }),
];

const SIGN_IN: readonly Screen[] = [
  console('sign-in', 'form', {
    role: undefined,
    there: (page) => page.locator('input[type=password]').waitFor(),
  }),
  console('sign-in', 'refused', {
    role: undefined,
    there: async (page) => {
      await page.locator('input').first().fill('somebody');
      await page.locator('input[type=password]').fill('wrong');
      await page.locator('button[type=submit]').click();
      await page.getByRole('alert').waitFor();
    },
  }),
];

/** Every page of the console in its states. */
export const CONSOLE: readonly Screen[] = [...SIGN_IN, ...LIST, ...DETAIL, ...DESK];
