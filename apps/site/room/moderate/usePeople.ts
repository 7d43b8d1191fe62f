import { type Loaded, type Person, useLoad } from '@weir/look';
import { useState } from 'react';
import { api } from '../../api.ts';

/** People of a room under one path, whom a moderator may take off the list; `failed` says why one stays. */
export type People<T> = {
  load: Loaded<{ items: T[] }>;
  failed: unknown;
  remove: (user: string) => Promise<void>;
};

/** The people under `/api/rooms/ROOM/LIST`. */
export function usePeople<T extends { user: Person }>(room: string, list: string): People<T> {
  const [failed, setFailed] = useState<unknown>();
  const path = `/api/rooms/${encodeURIComponent(room)}/${list}`;
  const load = useLoad((signal) => api.get<{ items: T[] }>(path, signal), [path]);
  const remove = async (user: string): Promise<void> => {
    setFailed(undefined);
    try {
      await api.delete(`${path}/${encodeURIComponent(user)}`);
      load.set(({ items }) => ({ items: items.filter((one) => one.user.id !== user) }));
    } catch (error) {
      setFailed(error);
    }
  };
  return { load, failed, remove };
}
