import { type Broadcast, type Loaded, type Stretch, useLoad } from '@weir/look';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { Follow } from './follow.ts';
import { type Preview, Reel, type ReelState } from './reel.ts';
import { passedOver, releasable, Seen } from './seen.ts';

type Answer = { stretches: Stretch[]; preview: Preview };
const DESK_EACH_MS = 1_000;
const LOOK_EACH_MS = 200;
/** In a delay the head is what matters: the picture begins so far behind it. */
const BEHIND_HEAD = 2;

/** Everything the desk knows and does about one broadcast. */
export type Desk = {
  broadcast: Broadcast;
  load: Loaded<Answer>;
  reel: Reel;
  now: ReelState;
  stretches: readonly Stretch[];
  preview: Preview | undefined;
  /** The stretch that is played, where nobody has moved; else where somebody went. */
  cursor: string | undefined;
  seen: ReadonlySet<string>;
  /** How far a release would reach now. */
  reach: Stretch | undefined;
  /** What was passed over and stops releases. */
  gap: Stretch | undefined;
  followMs: number;
  failed: unknown;
  moveTo: (id: string) => void;
  release: () => void;
  drop: () => void;
  follow: (on: boolean) => void;
};

export function useDesk(broadcast: Broadcast): Desk {
  const { id, kind } = broadcast;
  const load = useLoad((signal) => api.get<Answer>(`/api/broadcasts/${id}/desk`, signal), [id], DESK_EACH_MS);
  const reel = useMemo(() => new Reel(kind === 'audio' ? ['video'] : []), [kind]);
  const now = useSyncExternalStore(reel.store.subscribe, reel.store.get);
  const [follow] = useState(() => new Follow());
  const [watched] = useState(() => new Seen());
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [followMs, setFollowMs] = useState(0);
  const [failed, setFailed] = useState<unknown>();
  const acting = useRef(false);

  const answer = load.state === 'ready' ? load.data : undefined;
  const stretches = answer?.stretches ?? [];
  const review = broadcast.gate.media.mode === 'review';
  const playing = stretches.findLast(({ startMs }) => startMs <= now.positionMs + 50)?.id;
  const cursor = playing ?? stretches.find(({ state }) => state === 'held')?.id;
  const reach = releasable(stretches, seen, cursor);

  useEffect(() => {
    if (!answer) return;
    const held = answer.stretches.filter(({ state }) => state === 'held');
    reel.follow(
      answer.stretches,
      answer.preview,
      (review ? held[0] : (held.at(-BEHIND_HEAD) ?? held[0]))?.id,
    );
    watched.keep(answer.stretches);
  }, [reel, watched, answer, review]);

  const call = async (path: string, body: object): Promise<void> => {
    setFailed(undefined);
    try {
      await api.post(`/api/broadcasts/${id}/desk/${path}`, body);
    } catch (error) {
      setFailed(error);
    }
    load.reload();
  };
  const release = (to: Stretch | undefined): void => {
    if (!to || acting.current) return;
    acting.current = true;
    void call('release', { upTo: to.id }).finally(() => {
      acting.current = false;
    });
  };

  // What is seen is told as it is played; while following, it leaves as soon as it was told.
  const look = (): void => {
    const at = Date.now();
    setFollowMs(follow.leftMs(at));
    const shown = now.state === 'playing' && document.visibilityState === 'visible';
    for (const stretch of watched.at(reel.positionMs, at, shown, stretches)) {
      void api.post(`/api/broadcasts/${id}/desk/seen`, { stretch }).then(
        () => setSeen((before) => new Set([...before, stretch].slice(-1_000))),
        () => undefined,
      );
    }
    if (follow.leftMs(at) > 0 && review) release(reach);
  };
  const newest = useRef(look);
  useEffect(() => {
    newest.current = look;
  });
  useEffect(() => {
    const timer = setInterval(() => newest.current(), LOOK_EACH_MS);
    return () => clearInterval(timer);
  }, []);

  return {
    broadcast,
    load,
    reel,
    now,
    stretches,
    preview: answer?.preview,
    cursor,
    seen,
    reach,
    gap: review ? passedOver(stretches, seen, cursor) : undefined,
    followMs,
    failed,
    moveTo: (to) => reel.seek(to),
    release: () => release(reach),
    drop: () => {
      if (cursor) void call('drop', { stretch: cursor });
    },
    follow: (on) => (on ? follow.press(Date.now()) : follow.letGo(Date.now())),
  };
}
