import type { Contest, Line, Own } from '@weir/look';
import { api } from '../api.ts';

/** `GET /api/me/messages`: one's own messages of the last day that were held or refused. */
type OwnMessage = {
  id: string;
  room: string;
  text: string;
  ts: string;
  state: 'held' | 'refused' | 'shown';
  code?: string;
  category?: string;
  contest: { state: 'open' | 'stands' | 'overturned'; note?: string } | null;
};

/** What was said here before the page was opened and is still to be told; the latest last. */
const REMEMBERED_MOST = 10;

/** One's own messages in `room` that were held or refused, with what became of their contests. */
export async function ownMessages(room: string, me: Line['user']): Promise<Line[]> {
  const { items } = await api.get<{ items: OwnMessage[] }>('/api/me/messages');
  return items
    .filter((one) => one.room === room && one.state !== 'shown' && one.code !== 'muted')
    .slice(0, REMEMBERED_MOST)
    .map(({ id, text, ts, state, category, code, contest }) => {
      const why = category ?? code;
      const own: Own = {
        state: state === 'held' ? 'held' : 'refused',
        ...(state === 'refused' ? { code: 'content' as const } : {}),
        ...(why && why !== 'content' ? { category: why } : {}),
        ...(contest ? { contest: contestOf(contest) } : {}),
      };
      return { key: id, id, user: me, text, ts, offset: 0, own };
    });
}

const contestOf = ({ state, note }: NonNullable<OwnMessage['contest']>): Contest =>
  state === 'open' ? { state } : { state, ...(note ? { note } : {}) };
