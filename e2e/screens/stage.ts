import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type AppName, type Built, buildApp } from './build.ts';
import { Mock } from './mock/server.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
/** Said in full: a visit is a phone's where nothing else is said. */
export const DESK: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  hasTouch: false,
  isMobile: false,
};

export type Role = 'viewer' | 'publisher' | 'reviewer' | 'admin';
export type Visit = BrowserContextOptions & { role?: Role | undefined; lang?: 'zh-CN' | 'en'; mock?: Mock };

/** Built apps, a stand-in for their service, and a browser: what every test of pages stands on. */
export class Stage {
  /** The world that the tests of a file share. */
  readonly mock: Mock;
  readonly apps: Partial<Record<AppName, Built>>;
  readonly #browser: Browser;
  readonly #worlds: Mock[] = [];
  readonly #faults: string[] = [];

  private constructor(apps: Partial<Record<AppName, Built>>, mock: Mock, browser: Browser) {
    this.apps = apps;
    this.mock = mock;
    this.#browser = browser;
    this.#worlds.push(mock);
  }

  static async set(...names: AppName[]): Promise<Stage> {
    const wanted: AppName[] = names.length > 0 ? names : ['site'];
    const apps = Object.fromEntries(wanted.map((name) => [name, buildApp(name)]));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    return new Stage(apps, await Mock.start(distsOf(apps)), browser);
  }

  /** A world of its own, as it is at the beginning; closed by whoever asked, or with the stage. */
  async world(): Promise<Mock> {
    const made = await Mock.start(distsOf(this.apps));
    this.#worlds.push(made);
    return made;
  }

  /** Opens `path` as somebody, on a phone where nothing else is said. Faults of the page fail the file. */
  async visit(path: string, visit: Visit = {}): Promise<Page> {
    const { role, lang, mock = this.mock, ...options } = visit;
    const context = await this.#browser.newContext({ ...PHONE, locale: lang ?? 'zh-CN', ...options });
    if (role) await context.addCookies([{ name: 'mock', value: `demo-${role}`, url: mock.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#faults.push(`${path}: ${error.message}`));
    await page.goto(mock.url + path);
    return page;
  }

  id(number: number): string {
    return this.mock.show(number).about.id;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    for (const mock of this.#worlds) await mock.close();
    for (const app of Object.values(this.apps)) app.dispose();
    if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'));
  }
}

const distsOf = (apps: Partial<Record<AppName, Built>>): Partial<Record<AppName, string>> =>
  Object.fromEntries(Object.entries(apps).map(([name, { dist }]) => [name, dist]));

/** Waits until the player says one of `states`. */
export async function untilState(page: Page, ...states: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      wanted.includes(document.querySelector('[data-weir-state]')?.getAttribute('data-weir-state') ?? ''),
    states,
    { timeout: 60_000, polling: 20 },
  );
}
