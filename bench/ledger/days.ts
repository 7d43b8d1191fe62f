import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { Ledger } from '@weir/ledger';
import { DAY_MS, MIDNIGHT, Talk } from './talk.ts';

const BATCH = 2_000;
/** Written last: a store without it was not finished. */
const BUILT = 'bench.json';

/** A store of sealed days with as many messages each. */
export type Days = { dir: string; days: number; perDay: number };

export const openDays = ({ dir, days }: Days): Promise<Ledger> =>
  Ledger.open({
    dir: join(dir, 'ledger'),
    clock: new SimulatedClock(MIDNIGHT + days * DAY_MS + 12 * 60_000),
    log: silentLog,
  });

/**
 * Fills a store and seals its days; ms that sealing took, undefined where the store was there already.
 * @throws Error where another store is there, or an unfinished one
 */
export async function buildDays(store: Days): Promise<number | undefined> {
  const { dir, days, perDay } = store;
  const built = JSON.stringify({ days, perDay });
  await mkdir(dir, { recursive: true });
  if (existsSync(join(dir, 'ledger'))) {
    const there = await readFile(join(dir, BUILT), 'utf8').catch(() => 'unfinished');
    if (there !== built) throw new Error(`${dir} holds another store (${there}): remove it first`);
    return undefined;
  }
  const clock = new SimulatedClock(MIDNIGHT);
  const ledger = await Ledger.open({ dir: join(dir, 'ledger'), clock, log: silentLog });
  const talk = new Talk();
  const step = (DAY_MS - 1) / perDay;
  let sealing = 0;
  for (let day = 0; day < days; day++) {
    talk.begin();
    for (let done = 0; done < perDay; done += BATCH) {
      const many = Math.min(BATCH, perDay - done);
      await ledger.append(talk.batch(day, perDay, done, many));
      clock.advance(Math.floor(many * step));
    }
    clock.advance(MIDNIGHT + (day + 1) * DAY_MS + 11 * 60_000 - clock.now());
    await ledger.sign();
    const began = performance.now();
    await ledger.sealDue();
    sealing += performance.now() - began;
    clock.advance(MIDNIGHT + (day + 1) * DAY_MS + 12 * 60_000 - clock.now());
  }
  await ledger.close();
  await writeFile(join(dir, BUILT), built);
  return sealing;
}
