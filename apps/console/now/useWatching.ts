import { Room, Watch } from '@weir/look';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';

/** Moving through the list with J and K opens nothing on the way. */
const SETTLE_MS = 400;

export type Watching = { watch: Watch; room: Room };

/**
 * Watches a broadcast as the public sees it and reads its room, once the person has stayed with it for a moment.
 * `life` begins another where the old one is over: a restored broadcast has a new room.
 */
export function useWatching(id: string, life: string): Watching | undefined {
  const [watching, setWatching] = useState<Watching & { key: string }>();
  const key = `${id} ${life}`;
  useEffect(() => {
    let room: Room | undefined;
    const timer = setTimeout(() => {
      const watch = new Watch({ api, id });
      room = new Room({
        me: undefined,
        url: async () => (await watch.tickets.get()).room,
        listener: {
          onGate: (gate) => watch.onGate(gate),
          onCut: (reason, clause) => watch.onCut(reason, clause),
          onOnline: (n) => watch.onOnline(n),
          onBroken: () => watch.lookNow(),
        },
      });
      room.open();
      setWatching({ watch, room, key });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      room?.close();
    };
  }, [id, key]);
  return watching?.key === key ? watching : undefined;
}
