import { type Loaded, useLoad } from '@weir/look';
import { useState } from 'react';
import { api } from '../api.ts';

const REFRESH_MS = 5_000;

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
};
type Page = { items: OwnName[] };

/** One's own names, the latest first, and the way to another person for one that was refused. */
export function useOwnNames(): { load: Loaded<Page>; contest(id: string): void; failed: unknown } {
  const [failed, setFailed] = useState<unknown>();
  const load = useLoad((signal) => api.get<Page>('/api/me/names', signal), [], REFRESH_MS);
  const contest = async (id: string): Promise<void> => {
    setFailed(undefined);
    try {
      await api.post(`/api/names/${encodeURIComponent(id)}/contest`, {});
      load.set(({ items }) => ({
        items: items.map((one) => (one.id === id ? { ...one, state: 'contested' } : one)),
      }));
    } catch (error) {
      setFailed(error);
    }
  };
  return { load, contest: (id) => void contest(id), failed };
}
