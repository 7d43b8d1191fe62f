import type { Page, Request } from 'playwright-core';
import { expect } from 'vitest';

/** Answers of the service on their way to a page, held back until they are let through in the order that a test wants. */
export type HeldBack = {
  /** Waits until so many were asked for, those let through included. */
  asked(count: number): Promise<void>;
  /** Lets the answer to the nth question (from 0) through as it was when it was asked, unless the page has given it up. */
  letGo(n: number): Promise<void>;
};

/** Holds back what `page` is answered to each `method` call whose address fits. */
export async function holdBack(page: Page, fits: RegExp, method = 'GET'): Promise<HeldBack> {
  const held: { request: Request; go: () => Promise<void> }[] = [];
  await page.route(fits, async (route, request) => {
    if (request.method() !== method) return route.fallback();
    // Given up by the page, or the page is over.
    const response = await route.fetch().catch(() => undefined);
    if (!response) return;
    held.push({ request, go: () => route.fulfill({ response }).catch(() => undefined) });
  });
  return {
    asked: (count) => expect.poll(() => held.length).toBeGreaterThanOrEqual(count),
    letGo: async (n) => {
      const one = held[n];
      if (!one) throw new Error(`question ${n} was not asked`);
      await one.go();
      // It has come there, or nobody waits for it any more.
      await (await one.request.response().catch(() => null))?.finished();
      await drawn(page);
    },
  };
}

/** Waits until the page has drawn what it knows. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())), 100);
      }),
  );

/** Somebody comes back to the page. */
export const lookAgain = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
