import { Problem } from '@weir/kit';
import type {
  BroadcastAsk,
  BroadcastView,
  Hello,
  LeaseAnswer,
  LeaseRequest,
  PublishAnswer,
  PublishAsk,
  Tombstone,
  Welcome,
} from '../wire.ts';
import type { Broadcast } from './broadcast.ts';
import type { Control } from './control.ts';
import { theBroadcast } from './control.ts';
import { askAgain } from './cutOff.ts';
import { tombstoneOf } from './tombstones.ts';

/** `control.hello`: an edge reports for duty. What stands follows, page by page (`stones.ts`). */
export function hello(control: Control, ask: Hello): Welcome {
  control.edges.hello(ask);
  askAgain(control, ask.edge);
  const lexicon = control.lexicon.order();
  const welcome = { leaseMs: control.config.leaseMs, playKey: control.signer.publicKey };
  return { ...welcome, ...(lexicon ? { lexicon } : {}) };
}

/** `control.lease`: which streams the edge may go on serving. Memory alone: never waits for PostgreSQL. */
export function lease(control: Control, ask: LeaseRequest): LeaseAnswer {
  control.edges.seen(ask.edge, ask.boot);
  askAgain(control, ask.edge);
  const granted: string[] = [];
  const cut: Tombstone[] = [];
  const changed: BroadcastView[] = [];
  for (const { id, version } of ask.broadcasts) {
    const broadcast = control.broadcasts.get(id);
    if (!broadcast) continue;
    const standing = control.tombstones.get(id);
    if (standing) {
      cut.push(tombstoneOf(standing));
      continue;
    }
    granted.push(id);
    if (control.broadcasts.version(id) !== version) changed.push(control.broadcasts.view(broadcast));
  }
  const hello = control.edges.met(ask.edge, ask.boot) ? {} : { hello: true as const };
  return { nonce: ask.nonce, leaseMs: control.config.leaseMs, granted, cut, changed, ...hello };
}

/** `control.publish`: may the owner of this key publish? A refusal is remembered for the studio. */
export function publish(control: Control, ask: PublishAsk): PublishAnswer {
  const found = control.broadcasts.byKeyHash(ask.keyHash);
  const door = { address: ask.address, protocol: ask.protocol };
  if (!found) {
    control.log.warn({ edge: ask.edge, address: ask.address }, 'publish with an unknown key');
    control.accessNotes.note({ kind: 'publisher.refused', ...door, code: 'unknown_key' });
    return { ok: false, code: 'unknown_key' };
  }
  const { broadcast, current } = found;
  const code = refusal(control, broadcast, current);
  const who = { broadcast: broadcast.id, user: broadcast.publisher, ...door };
  if (!code) {
    control.accessNotes.note({ kind: 'publisher.admitted', ...who });
    return { ok: true, broadcast: control.broadcasts.view(broadcast) };
  }
  control.accessNotes.note({ kind: 'publisher.refused', ...who, code });
  control.broadcasts.put({ ...broadcast, lastRefusal: { code, at: control.clock.now() } });
  return { ok: false, code };
}

function refusal(control: Control, { id, publisher, state }: Broadcast, current: boolean) {
  if (!current) return 'key_rotated' as const;
  if (control.tombstones.get(id)) return 'broadcast_cut' as const;
  const person = control.people.get(publisher);
  if (person && !control.people.mayAct(person)) return 'suspended' as const;
  if (control.closure.isClosed) return 'service_closed' as const;
  // What runs may come back while there is room at all.
  const runs = state === 'live' || state === 'interrupted';
  return control.capacity.isFull && !runs ? ('storage_full' as const) : undefined;
}

/** `control.broadcast`: the view of one broadcast. @throws Problem not_found, broadcast_cut with the tombstone */
export function view(control: Control, ask: BroadcastAsk): BroadcastView {
  const broadcast = theBroadcast(control, ask.id);
  const standing = control.tombstones.get(ask.id);
  if (standing) throw new Problem('broadcast_cut', undefined, { tombstone: tombstoneOf(standing) });
  return control.broadcasts.view(broadcast);
}
