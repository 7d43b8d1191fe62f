import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { Mock } from './server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
export const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

export type Visit = BrowserContextOptions & { role?: string; lang?: 'zh-CN' | 'en' };

/** The built site, the mock of its service, and a browser: what every test of pages stands on. */
export class Stage {
  readonly mock: Mock;
  /** Chunks of the built site. */
  readonly chunks: readonly Rolldown.OutputChunk[];
  readonly #browser: Browser;
  readonly #dist: string;

  private constructor(mock: Mock, browser: Browser, dist: string, chunks: Rolldown.OutputChunk[]) {
    this.mock = mock;
    this.chunks = chunks;
    this.#browser = browser;
    this.#dist = dist;
  }

  static async set(): Promise<Stage> {
    const dist = mkdtempSync(join(tmpdir(), 'weir-site-'));
    const root = new URL('..', import.meta.url).pathname;
    const { NODE_ENV } = process.env;
    // As it is shipped: React's development build is another program.
    process.env['NODE_ENV'] = 'production';
    const built = await build({ root, logLevel: 'silent', build: { outDir: dist, emptyOutDir: true } });
    process.env['NODE_ENV'] = NODE_ENV;
    const { output } = built as Rolldown.RolldownOutput;
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const chunks = output.filter((one) => one.type === 'chunk');
    return new Stage(await Mock.start(dist), browser, dist, chunks);
  }

  /** Opens `path` as somebody; faults of the page itself fail the test that closes it. */
  async visit(path: string, visit: Visit = {}): Promise<Page> {
    const { role, lang, ...options } = visit;
    const context = await this.#browser.newContext({ ...PHONE, locale: lang ?? 'zh-CN', ...options });
    if (role) await context.addCookies([{ name: 'mock', value: `demo-${role}`, url: this.mock.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
    await page.goto(this.mock.url + path);
    return page;
  }

  id(number: number): string {
    return this.mock.show(number).about.id;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.mock.close();
    rmSync(this.#dist, { recursive: true });
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
}

const faults: string[] = [];

/** Waits until the player says one of `states`. */
export async function untilState(page: Page, ...states: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      wanted.includes(document.querySelector('[data-weir-state]')?.getAttribute('data-weir-state') ?? ''),
    states,
    { timeout: 10_000, polling: 20 },
  );
}

/** What axe finds against WCAG 2.2 A and AA, each with where it is. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe: tool } = window as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await tool.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200)}`),
    );
  });
}

/** Controls smaller than 44 × 44 px that stand on their own; a link within a sentence may be as high as its line. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, a, input:not([type=range]), select, summary, .segment, .check')]
      .filter((one) => {
        if (one.matches('.skip, .only-heard, p a, dd a, .segment input, .choice input, .check input'))
          return false;
        const { width, height } = one.getBoundingClientRect();
        return width > 0 && (height < 43.5 || width < 43.5);
      })
      .map((one) => one.outerHTML.slice(0, 120)),
  );
}

/** How far the page is wider than the window, px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
