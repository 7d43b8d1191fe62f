import type { Broadcast } from '../broadcast.ts';
import type { Control } from '../control.ts';
import { poster } from '../play.ts';
import { gateOf } from '../policy.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A broadcast as the API shows it; `staff` are also told what waits in its gates. */
export function present(control: Control, broadcast: Broadcast, staff = false) {
  const { people, tombstones, figures, policy } = control;
  const cut = tombstones.get(broadcast.id);
  const live = figures.of(broadcast.id);
  const state = cut ? ('cut' as const) : broadcast.state;
  const runs = state === 'live' || state === 'interrupted';
  const image = poster(control, broadcast);
  const { lastRefusal } = broadcast;
  return {
    id: broadcast.id,
    number: broadcast.number,
    title: broadcast.title,
    kind: broadcast.kind,
    category: broadcast.category,
    publisher: { id: broadcast.publisher, nickname: people.get(broadcast.publisher)?.nickname ?? '' },
    state,
    startedAt: iso(broadcast.startedAt),
    endedAt: iso(broadcast.endedAt),
    viewers: live.viewers,
    online: live.online,
    outputMs: Math.round(live.outputMs),
    gate: gateOf(broadcast, policy),
    encoder: (runs && live.encoder) || null,
    ...(lastRefusal ? { lastRefusal: { code: lastRefusal.code, at: iso(lastRefusal.at) } } : {}),
    slowMs: broadcast.slowMs,
    rehearsal: broadcast.rehearsal,
    ...(staff && !cut
      ? {
          waiting: {
            messages: control.ledger.held(broadcast.id).length,
            pictureMs: Math.round(live.waitingMs),
          },
        }
      : {}),
    ...(image ? { poster: image } : {}),
    ...(cut
      ? { cut: { reason: cut.reason, ...(cut.clause ? { clause: cut.clause } : {}), at: iso(cut.orderedAt) } }
      : {}),
  };
}
