import { type Facts, GOES_ON, type Written } from '@weir/ledger';
import type { Control } from '../control.ts';

/** What control knows of the world, as retention asks for it. All of it is in memory. */
export function factsOf({ broadcasts, people, tombstones, policy }: Control): Omit<Facts, 'decisionOn'> {
  return {
    endOf(id, ts) {
      const broadcast = broadcasts.get(id);
      if (!broadcast) return ts;
      const end = broadcast.ends.find((one) => one >= ts);
      if (end !== undefined) return end;
      const runs = broadcast.state === 'live' || broadcast.state === 'interrupted';
      return runs ? GOES_ON : ts;
    },
    classOf: (id) => policy.categories.get(broadcasts.get(id)?.category ?? '')?.retention,
    effectEnd(decision) {
      const { kind, ts, broadcast } = decision;
      const { decision: what, order, subject, disabled } = decision as Written & Decided;
      if (what === 'cut' && order !== undefined)
        return tombstones.byOrder(order) &&
          typeof broadcast === 'string' &&
          tombstones.get(broadcast)?.order === order
          ? GOES_ON
          : (tombstones.liftedAt(order) ?? ts);
      if (what === 'account' && disabled === true)
        return people.get(subject ?? '')?.disabled === true ? GOES_ON : ts;
      if (kind !== 'gate.changed' || typeof broadcast !== 'string') return ts;
      const orders = broadcasts.get(broadcast)?.orders ?? {};
      return orders.media?.at === ts || orders.messages?.at === ts ? GOES_ON : ts;
    },
    relationEnd: (user) => (people.get(user) ? GOES_ON : Number.NEGATIVE_INFINITY),
  };
}

type Decided = { decision?: string; order?: string; subject?: string; disabled?: boolean };
