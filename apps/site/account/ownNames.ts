import { type Loaded, useLoad } from '@weir/look';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { useNews } from './news.tsx';

/** While something waits, and while nothing does: each name's words are looked up in the log. */
const WAITING_MS = 5_000;
const AT_REST_MS = 60_000;

/** A title or nickname of one's own that a person has to look at, or has answered (`GET /api/me/names`). */
export type OwnName = {
  id: string;
  of: 'title' | 'nickname';
  /** The broadcast, or oneself. */
  subject: string;
  /** Null once its time of keeping is over. */
  text: string | null;
  state: 'held' | 'refused' | 'contested' | 'stands' | 'released';
  category: string;
  reason: string | null;
  at: string;
  /** False: a person has answered, and that was not seen yet. */
  seen: boolean;
};
type Page = { items: OwnName[] };

type OwnNames = {
  load: Loaded<Page>;
  contest(id: string): void;
  failed: unknown;
  /** Whether its answer came since the last visit. */
  isFresh(one: OwnName): boolean;
};

const answerOf = ({ id, state }: OwnName): string => `${id} ${state}`;

/**
 * One's own names, the latest first, and the way to another person for one that was refused. Answers of those that the
 * page `shows` count as seen from then on.
 */
export function useOwnNames(shows: (one: OwnName, items: readonly OwnName[]) => boolean): OwnNames {
  const { tell } = useNews();
  const [failed, setFailed] = useState<unknown>();
  const [waits, setWaits] = useState(false);
  const load = useLoad(
    (signal) => api.get<Page>('/api/me/names', signal),
    [],
    waits ? WAITING_MS : AT_REST_MS,
  );
  const { set } = load;
  const fresh = useRef(new Set<string>());
  const page = load.state === 'ready' ? load.data : undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what a page shows of the same names is the same.
  useEffect(() => {
    if (!page) return;
    const { items } = page;
    const waiting = items.filter(({ state }) => state === 'held' || state === 'contested').length;
    setWaits(waiting > 0);
    tell({
      waiting,
      answered: items.filter(({ seen }) => !seen).length,
    });
    const news = items.filter((one) => !one.seen && shows(one, items) && !fresh.current.has(answerOf(one)));
    if (news.length === 0 || document.visibilityState === 'hidden') return;
    for (const one of news) fresh.current.add(answerOf(one));
    const ids = news.map(({ id }) => id);
    api.post('/api/me/names/seen', { ids }).then(
      () =>
        set((now) => ({
          items: now.items.map((one) => (ids.includes(one.id) ? { ...one, seen: true } : one)),
        })),
      // It stays news.
      () => undefined,
    );
  }, [page, tell, set]);

  const contest = async (id: string): Promise<void> => {
    setFailed(undefined);
    try {
      await api.post(`/api/names/${encodeURIComponent(id)}/contest`, {});
      set(({ items }) => ({
        items: items.map((one) => (one.id === id ? { ...one, state: 'contested' } : one)),
      }));
    } catch (error) {
      setFailed(error);
    }
  };
  const isFresh = (one: OwnName): boolean => !one.seen || fresh.current.has(answerOf(one));
  return { load, contest: (id) => void contest(id), failed, isFresh };
}
