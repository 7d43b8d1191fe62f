import { type Broadcast, type Loaded, useLoad } from '@weir/look';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { type Feed, LiveFeed } from './feed.ts';

const FeedContext = createContext<LiveFeed | undefined>(undefined);
export const FeedProvider = FeedContext.Provider;

/** The feed of this console, open for as long as the component is mounted. */
export function useOpenFeed(): LiveFeed {
  const [feed] = useState(() => new LiveFeed(api));
  useEffect(() => feed.open(), [feed]);
  return feed;
}

/** The feed around a component; only inside `FeedProvider`. */
export function useFeed(): [feed: LiveFeed, now: Feed] {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error('No FeedProvider around this component');
  return [feed, useSyncExternalStore(feed.store.subscribe, feed.store.get)];
}

/** Asked for in case an event was missed, and for what is no longer live. */
const EVERY_MS = 5_000;

/** One broadcast, fresh from the feed while it runs, else as last asked for. */
export function useBroadcast(id: string): Loaded<Broadcast> {
  const [, now] = useFeed();
  const asked = useLoad((signal) => api.get<Broadcast>(`/api/broadcasts/${id}`, signal), [id], EVERY_MS);
  const heard = now.broadcasts.get(id);
  if (heard && asked.state !== 'failed' && asked.state !== 'forbidden') {
    const since = now.staleSince;
    return {
      ...asked,
      state: 'ready',
      data: heard,
      at: 0,
      ...(since === undefined ? {} : { staleSince: since }),
    };
  }
  return asked;
}
