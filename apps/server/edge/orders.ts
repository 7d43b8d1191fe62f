import type { Bus } from '@weir/kit';
import type { Rooms } from '@weir/rooms';
import type {
  BroadcastView,
  CutOrder,
  DeskAsk,
  End,
  Forget,
  Kick,
  MessageAct,
  RestoreOrder,
  Revoke,
} from '../wire.ts';
import type { Edge } from './edge.ts';
import type { Screening } from './screening/screening.ts';

/** Answers control's orders; each holds when it is answered. Bodies come from control and are trusted here. */
export function serveOrders(
  bus: Bus,
  id: string,
  { edge, rooms, screening }: { edge: Edge; rooms: Rooms; screening: Screening },
): void {
  const serve = <T>(act: string, run: (body: T) => unknown): void => {
    bus.serve(`edge.${id}.${act}`, (body) => run(body as T));
  };
  serve<CutOrder>('cut', (order) => edge.cut(order));
  serve<RestoreOrder>('restore', (order) => edge.restore(order));
  serve<BroadcastView>('view', (view) => edge.follow(view));
  serve<Kick>('kick', ({ broadcast, code }) => edge.kick(broadcast, code));
  serve<End>('end', ({ broadcast, cause }) => edge.end(broadcast, cause));
  serve<Revoke>('revoke', ({ broadcast, session }) => edge.revoke(broadcast, session));
  serve<Forget>('forget', async (ask) => {
    for (const room of ask.rooms) {
      screening.clear(room);
      await rooms.clear(room);
    }
  });
  serve<DeskAsk>('desk', (ask) => desk(edge, ask));
  serve<MessageAct>('message', async (act) => {
    // A room that nobody has entered since this edge started learns its gate first. What only takes away needs no gate:
    // it is done in a cut room too.
    await edge.view(act.room).catch((why) => {
      if (act.op === 'release') throw why;
    });
    switch (act.op) {
      case 'release':
        return rooms.release(act.room, act.id);
      case 'refuse':
        return rooms.refuse(act.room, act.id, act.reason);
      case 'recall':
        screening.forget(act.room, act.id);
        return rooms.recall(act.room, act.id, act.by, act.reason);
      case 'alone':
        return rooms.tellAlone(act.room, act.user, act.ids, act.since);
      case 'contest': {
        const { room, id, user, outcome, note } = act;
        if (act.unmute) screening.unmute(user);
        return rooms.tell(room, user, { t: 'contest', id, outcome, ...(note ? { note } : {}) });
      }
    }
  });
}

function desk(edge: Edge, ask: DeskAsk): unknown {
  const { gate } = edge.running(ask.broadcast);
  switch (ask.op) {
    case 'list':
      return { stretches: gate.desk() };
    case 'release':
      return gate.release(ask.upTo);
    case 'drop':
      return gate.drop(ask.stretch);
  }
}
