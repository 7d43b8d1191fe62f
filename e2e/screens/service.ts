import type { Page } from 'playwright-core';
import { console, panel } from './console.ts';
import type { Service } from './mock/service.ts';
import type { Screen } from './screen.ts';

const closed = (page: Page) => page.locator('.capacity-line.full').waitFor();
const foot = (page: Page) => page.locator('.backup-line').waitFor();
const service = (state: string, more: Partial<Screen>): Screen =>
  console('service', state, { role: 'admin', ...more });

const bucket = (
  state: string,
  waiting: number,
  there: string,
  disk: Partial<Service['capacity']> = {},
): Screen =>
  service(`bucket ${disk.state ?? ''}${state} ${waiting}`, {
    arrange: (mock) => {
      mock.service.capacity = {
        ...mock.service.capacity,
        ...disk,
        bucket: { state, waiting, daysToSeal: waiting > 0 ? 2 : 0 },
      };
    },
    there: (page) => page.locator(there).waitFor(),
  });

/** The service after a restore, its disk and bucket, and its backups at the foot of every page. */
export const SERVICE: readonly Screen[] = [
  service('closed, seen by a reviewer', {
    role: 'reviewer',
    arrange: (mock) => {
      mock.service.closed = true;
    },
    there: closed,
  }),
  service('reopening', {
    arrange: (mock) => {
      mock.service.closed = true;
    },
    there: async (page) => {
      await page.locator('.closed-open').click();
      await page.locator('.closed-panel textarea').fill('停播名单已核对');
      await panel(page);
    },
  }),
  service('opened', {
    arrange: (mock) => {
      mock.service.closed = true;
    },
    there: async (page) => {
      await page.locator('.closed-open').click();
      await page.locator('.closed-panel textarea').fill('停播名单已核对');
      await page.locator('.closed-panel button[type=submit]').click();
      await page.locator('.capacity-line.full').waitFor({ state: 'detached' });
      await foot(page);
    },
  }),
  service('backed up', { there: foot }),
  service('backup late', {
    arrange: (mock) => mock.service.late(),
    there: (page) => page.locator('.backup-line.late').waitFor(),
  }),
  service('no backup yet', {
    arrange: (mock) => {
      mock.service.backup.last = null;
    },
    there: (page) => page.locator('.backup-line.late').waitFor(),
  }),
  bucket('ok', 0, '.bucket-word'),
  bucket('ok', 214, '.bucket-word'),
  bucket('away', 214, '.capacity-line.bucket'),
  bucket('refused', 1, '.capacity-line.bucket'),
  bucket('missing', 0, '.capacity-line.bucket'),
  bucket('away', 9_214, '.capacity-line + .capacity-line.bucket', { state: 'low', hoursLeft: 5.5 }),
];
