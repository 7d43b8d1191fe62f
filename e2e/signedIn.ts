import type { Browser, Page } from 'playwright-core';
import type { Service } from './service.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

/** A page of somebody who is signed in, in a context of its own; viewers come on a phone. */
export async function openAs(
  browser: Browser,
  service: Service,
  account: string,
  path: string,
): Promise<Page> {
  const viewport = account === 'demo-viewer' ? PHONE : DESK;
  const context = await browser.newContext({ locale: 'zh-CN', viewport });
  const data = { account, password: service.password };
  const answer = await context.request.post(`${service.url}/api/session`, { data });
  if (!answer.ok()) throw new Error(`${account} cannot sign in: ${answer.status()}`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(service.url + path);
  return page;
}
