import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Subpixel layout may leave so much of a pixel. */
const ROUNDING_PX = 0.5;

type Axe = {
  run(
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
};

/** What axe finds against WCAG 2.2 A and AA, each with where it is. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (values) => {
    const { axe: tool } = window as unknown as { axe: Axe };
    const { violations } = await tool.run({ runOnly: { type: 'tag', values } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200)}`),
    );
  }, WCAG);
}

/**
 * Controls smaller than `least` px in either direction that stand on their own; a link within a sentence may
 * be as high as its line (WCAG 2.2, 2.5.8).
 */
export function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate(
    (px) =>
      [...document.querySelectorAll('button, a, input:not([type=range]), select, summary, .segment, .check')]
        .filter((one) => {
          if (one.matches('.skip, .only-heard, p a, dd a, .segment input, .choice input, .check input'))
            return false;
          if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
          const { width, height } = one.getBoundingClientRect();
          return width > 0 && (height < px || width < px);
        })
        .map((one) => one.outerHTML.slice(0, 120)),
    least - ROUNDING_PX,
  );
}

/** How far the page is wider than the window, px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Texts that are cut off without a sign of it: wider than their box, which hides the rest. */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((one) => {
        const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
        if (!says || one.matches('.only-heard, .skip, option') || !one.checkVisibility()) return false;
        const style = getComputedStyle(one);
        return (
          (style.overflowX === 'hidden' || style.overflowX === 'clip') &&
          style.textOverflow !== 'ellipsis' &&
          one.scrollWidth > one.clientWidth + 1
        );
      })
      .map((one) => one.outerHTML.slice(0, 120)),
  );
}

/**
 * Makes every word of the page longer by `share`, as a translation might be: words grow, numbers stay.
 * What the page writes afterwards has its own length again.
 */
export function lengthen(page: Page, share: number): Promise<void> {
  return page.evaluate((more) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      if (text.parentElement?.closest('script, style, pre, code, kbd')) continue;
      text.data = text.data.replace(/[\p{L}]+/gu, (word) => {
        const tail = Math.ceil(word.length * more);
        return word + (/\p{Script=Han}/u.test(word) ? '长' : 'e').repeat(tail);
      });
    }
  }, share);
}
