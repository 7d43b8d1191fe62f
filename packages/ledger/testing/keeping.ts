import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, realClock, silentLog } from '@weir/kit';
import { realDisk } from '../disk.ts';
import { Ledger } from '../ledger.ts';
import { Ages } from '../retention/ages.ts';
import { type Facts, GOES_ON } from '../retention/due.ts';
import { Holds } from '../retention/holds.ts';
import { Turns } from '../retention/lock.ts';
import { parseRetention } from '../retention/policy.ts';
import type { Receipt } from '../retention/receipt.ts';
import { Retention } from '../retention/retention.ts';
import { RunningTime } from '../retention/running.ts';
import { type DerivedStore, DerivedStores } from '../retention/stores.ts';

/** The machine's clock with a hand on the wall clock: what it is set to, nobody ordered. */
export class SetClock implements Clock {
  offsetMs = 0;
  now = (): number => realClock.now() + this.offsetMs;
  mono = realClock.mono;
  after = realClock.after;
  every = realClock.every;
  onMove = realClock.onMove;
}

export const shippedTerms = parseRetention(
  JSON.parse(readFileSync(new URL('../../../policies/retention.json', import.meta.url), 'utf8')),
);

/** A world of broadcasts that all ended at once, unless a test says otherwise. */
export type World = {
  ends: Map<string, number>;
  commerce: Set<string>;
  effects: Map<string, number>;
  witnessed: number | undefined;
};

export type Keeping = {
  ledger: Ledger;
  retention: Retention;
  holds: Holds;
  running: RunningTime;
  receipts: Receipt[];
  world: World;
  close(): Promise<void>;
};

/** A ledger with all of retention on it, as the service puts it together. */
export async function openKeeping(
  dir: string,
  clock: Clock,
  { stores = [], world, mediaDir }: { stores?: DerivedStore[]; world?: World; mediaDir?: string } = {},
): Promise<Keeping> {
  const ledger = await Ledger.open({ dir, clock, log: silentLog, disk: realDisk });
  const running = await RunningTime.open(dir, clock);
  const state: World = world ?? {
    ends: new Map(),
    commerce: new Set(),
    effects: new Map(),
    witnessed: undefined,
  };
  const facts: Omit<Facts, 'decisionOn'> = {
    endOf: (broadcast, ts) => state.ends.get(broadcast) ?? ts,
    classOf: (broadcast) => (state.commerce.has(broadcast) ? 'commerce' : undefined),
    effectEnd: ({ ts, order }: { ts: number; order?: unknown }) => state.effects.get(String(order)) ?? ts,
    relationEnd: () => GOES_ON,
  };
  const ages = await Ages.open(dir, { running, witnessedTime: () => state.witnessed });
  const receipts: Receipt[] = [];
  const shared = {
    dir,
    clock,
    log: silentLog,
    slots: ledger.slots,
    logs: ledger.dayLogs(),
    turns: new Turns(),
  };
  const retention = new Retention({
    ...shared,
    policy: shippedTerms,
    facts,
    stores: new DerivedStores(stores),
    ages,
    record: async (receipt) => {
      if (!receipts.some(({ id }) => id === receipt.id)) receipts.push(receipt);
    },
  });
  const holds = await Holds.open({
    ...shared,
    mediaDir: mediaDir ?? join(dir, 'media'),
    totalBytes: 10_000_000,
  });
  return {
    ledger,
    retention,
    holds,
    running,
    receipts,
    world: state,
    async close() {
      await running.close();
      await ledger.close();
    },
  };
}
