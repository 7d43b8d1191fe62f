/*
 * Every page of the web apps, in every state, looked at.
 *
 * A `Screen` is a page in one state. It names who looks, sets the world (a `Mock`, fresh for each screen:
 * `faults`, `show(8421).cut(…)`, …), opens a path and says when the state is there. `shoot` makes the tests:
 * axe clean, nothing wider than the window, nothing cut off, targets large enough, the same with text longer
 * by 60 %, and a picture in `shots/` (not in git) for whoever looks.
 *
 * The whole matrix is 390 and 1440 px × light and dark × zh-CN and en (`npm run test:all`). Otherwise a
 * sample: each page once and some more, chosen by the day; a failure's name says which, and `SCREENS_SEED`
 * brings a day back. To look at some: `SCREENS=lobby WEIR_TEST_FULL=1 npx vitest run e2e/screens/site.test.ts`.
 *
 * An app adds a file with its screens and a test that calls `shoot`; what the stand-in service does not
 * answer yet is added in `mock/`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe, clipped, lengthen, overflow, smallTargets } from './inspect.ts';
import type { Mock } from './mock/server.ts';
import { DESK, PHONE, type Role, type Stage } from './stage.ts';

export type Screen = {
  page: string;
  state: string;
  role?: Role | undefined;
  path: (mock: Mock) => string;
  /** Before the page is opened. */
  arrange?: (mock: Mock) => void;
  /** Until the state is there; may do what a person would do to reach it. */
  there: (page: Page, mock: Mock) => Promise<unknown>;
};

type Variant = { width: 390 | 1440; lang: 'zh-CN' | 'en'; themes: readonly ('light' | 'dark')[] };

const SHOTS = new URL('shots/', import.meta.url).pathname;
const LONGER = 0.6;
/** A sample has at least so many screens. */
const SAMPLE = 12;
const DAY_MS = 86_400_000;
const BOTH = ['light', 'dark'] as const;

/** Makes a test for each screen and variant of the run. `target` is the least size of a control, px. */
export function shoot(
  stage: () => Stage,
  screens: readonly Screen[],
  target: { phone: number; desk: number },
): void {
  mkdirSync(SHOTS, { recursive: true });
  const full = process.env['WEIR_TEST_FULL'] === '1';
  const seed = process.env['SCREENS_SEED'] ?? String(Math.floor(Date.now() / DAY_MS));
  const only = process.env['SCREENS'];
  const named = screens.filter((one) => !only || `${one.page} ${one.state}`.includes(only));
  const run = full ? named.flatMap((screen) => all(screen)) : sample(named, seed);
  test.each(run)('$screen.page, $screen.state: $variant.width px, $variant.lang', async (one) => {
    const { screen, variant } = one;
    const mock = await stage().world();
    screen.arrange?.(mock);
    const page = await stage().visit(screen.path(mock), {
      ...(variant.width === 390 ? PHONE : DESK),
      mock,
      role: screen.role,
      lang: variant.lang,
      colorScheme: variant.themes[0] ?? 'light',
      reducedMotion: 'reduce',
    });
    await screen.there(page, mock);
    for (const theme of variant.themes) {
      await page.emulateMedia({ colorScheme: theme });
      const name = `${screen.page}-${screen.state}-${variant.width}-${theme}-${variant.lang}`;
      await page.screenshot({ path: join(SHOTS, `${name.replaceAll(' ', '-')}.png`) });
      expect.soft(await axe(page), theme).toEqual([]);
    }
    expect.soft(await smallTargets(page, variant.width === 390 ? target.phone : target.desk)).toEqual([]);
    expect.soft(await clipped(page)).toEqual([]);
    expect.soft(await overflow(page)).toBe(0);
    await lengthen(page, LONGER);
    expect.soft(await overflow(page), 'with longer text').toBe(0);
    expect.soft(await clipped(page), 'with longer text').toEqual([]);
    await page.context().close();
    await mock.close();
  });
}

type Run = { screen: Screen; variant: Variant };

function all(screen: Screen): Run[] {
  return ([390, 1440] as const).flatMap((width) =>
    (['zh-CN', 'en'] as const).map((lang) => ({ screen, variant: { width, lang, themes: BOTH } })),
  );
}

/** Each page once, then others up to the sample's size, each in one variant: which ones, the seed says. */
function sample(screens: readonly Screen[], seed: string): Run[] {
  const drawn = screens
    .map((screen) => ({
      screen,
      lot: createHash('sha256').update(`${seed} ${screen.page} ${screen.state}`).digest(),
    }))
    .sort((a, b) => a.lot.compare(b.lot));
  const pages = new Set<string>();
  const firsts = drawn.filter(({ screen }) => !pages.has(screen.page) && pages.add(screen.page));
  const rest = drawn.filter((one) => !firsts.includes(one)).slice(0, Math.max(0, SAMPLE - firsts.length));
  return [...firsts, ...rest].map(({ screen, lot }) => {
    const bit = (n: number): boolean => ((lot[31] ?? 0) & (1 << n)) !== 0;
    return {
      screen,
      variant: {
        width: bit(0) ? 390 : 1440,
        lang: bit(1) ? 'zh-CN' : 'en',
        themes: [bit(2) ? 'light' : 'dark'],
      },
    };
  });
}
