import type { LedgerRecord } from '@weir/ledger';
import type { Broadcast } from './broadcast.ts';
import type { Actor } from './control.ts';
import type { Person } from './people.ts';

/** What people call themselves and their broadcasts, as the `content` log keeps it: the history is nowhere else. */

/** A nickname from this moment on. */
export const nicknameRecord = (person: Person, by: Actor, ts: number): LedgerRecord => ({
  kind: 'nickname.changed',
  ts,
  user: person.id,
  by: by.id,
  text: person.nickname,
});

/** A title from this moment on: of a new broadcast, with what else it is, or a changed one. */
export const titleRecord = (
  kind: 'broadcast.created' | 'title.changed',
  broadcast: Pick<Broadcast, 'id' | 'title' | 'kind' | 'category' | 'publisher'>,
  by: Actor,
  ts: number,
): LedgerRecord => ({
  kind,
  ts,
  broadcast: broadcast.id,
  user: by.id,
  text: broadcast.title,
  ...(kind === 'broadcast.created' ? { of: broadcast.kind, category: broadcast.category } : {}),
});
