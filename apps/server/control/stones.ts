import {
  type BringStones,
  type BroughtStones,
  type LearnStones,
  type RestoreOrder,
  STONES_A_PAGE,
  type StonesPage,
  type Tombstone,
} from '../wire.ts';
import type { Control } from './control.ts';
import { adopt } from './cutOff.ts';
import { tombstoneOf } from './tombstones.ts';

/** `control.stones.bring`: what an edge has that control lost stands here too; what was lifted is answered. */
export function bring(control: Control, ask: BringStones): BroughtStones {
  const { tombstones, broadcasts } = control;
  const lifted: RestoreOrder[] = [];
  for (const stone of ask.tombstones) {
    const broadcast = broadcasts.get(stone.broadcast);
    const order = tombstones.liftedBy(stone.order);
    if (tombstones.get(stone.broadcast) || !broadcast) continue;
    if (order === undefined) adopt(control, stone, ask.edge);
    else lifted.push({ order, broadcast: broadcast.id, view: broadcasts.view(broadcast) });
  }
  return { lifted };
}

/**
 * `control.stones.learn`: the page of standing cuts behind `after`. New ones come last, so none is passed over; where
 * `after` was lifted meanwhile the edge hears all once more.
 */
export function learn(control: Control, ask: LearnStones): StonesPage {
  const { tombstones } = control;
  const before = ask.after === undefined ? undefined : tombstones.byOrder(ask.after);
  let reached = before === undefined || tombstones.get(before.broadcast) !== before;
  const page: Tombstone[] = [];
  for (const cut of tombstones.standing()) {
    if (!reached) reached = cut === before;
    else if (page.length === STONES_A_PAGE) return { tombstones: page, next: page.at(-1)?.order as string };
    else page.push(tombstoneOf(cut));
  }
  control.edges.learnt(ask.edge, ask.boot);
  return { tombstones: page };
}
