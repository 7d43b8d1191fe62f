import { MovedClock } from '@weir/kit';
import { DAY_MS } from './days.ts';
import { type Keeping, openKeeping } from './keeping.ts';

/** A store with a day that was purged, of which one record lives on, and a hold; its receipt is not written yet. */
export async function purged(
  dir: string,
): Promise<Keeping & { clock: MovedClock; receipt: object; held: string }> {
  const clock = new MovedClock(0);
  const kept = await openKeeping(dir, clock);
  kept.world.commerce.add('shop');
  const ts = clock.now();
  await kept.ledger.append(
    ['plain', 'shop'].map((room) => ({
      kind: 'message.published' as const,
      ts,
      room,
      broadcast: room,
      user: 'u',
      nickname: '甲',
      id: room,
      offset: 1,
      text: `在${room}里`,
      pts: 1,
    })),
  );
  const ask = { case: 'C', reason: 'r', responsible: 'w', reviewOn: '2099-01-01', quotaBytes: 1e6 };
  const { id } = await kept.holds.place({ ...ask, what: { room: 'plain' } }, 'staff');
  await kept.ledger.apply('retention', 1, { kind: 'hold.placed', ts, id, case: 'C' });
  clock.moveTo(61 * DAY_MS);
  const { id: receipt, at, ...rest } = (await kept.retention.run()) as { id: string; at: number };
  return { ...kept, clock, held: id, receipt: { kind: 'retention.purged', ts: at, id: receipt, ...rest } };
}
