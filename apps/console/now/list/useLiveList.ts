import type { Broadcast, Loaded } from '@weir/look';
import { useMemo, useState } from 'react';
import { useFeed } from '../useFeed.ts';
import { arrange, isStale, keepOrder, matches, runs, type Sort } from './order.ts';

export type Part = 'live' | 'waiting' | 'cut';
export type LiveList = {
  part: Part;
  setPart: (part: Part) => void;
  text: string;
  setText: (text: string) => void;
  sort: Sort;
  setSort: (sort: Sort) => void;
  /** True where arranging anew would change what is seen. */
  stale: boolean;
  arrangeAnew: () => void;
  matches: (broadcast: Broadcast) => boolean;
  running: readonly Broadcast[];
  /** What is listed, in the order a person is looking at. */
  shown: readonly Broadcast[];
  counts: Readonly<Record<Part, number | string>>;
  load: Loaded<true>;
};

const waits = ({ waiting, gate }: Broadcast): boolean =>
  waiting !== undefined &&
  ((gate.messages.mode !== 'delay' && waiting.messages > 0) ||
    (gate.media.mode === 'review' && waiting.pictureMs > 0));

/** What the list shows: sorted when asked, then frozen; narrowed by part and text. */
export function useLiveList(): LiveList {
  const [feed, now] = useFeed();
  const [part, setPart] = useState<Part>('live');
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort>('number');
  const [order, setOrder] = useState<readonly string[]>([]);
  const all = now.broadcasts;
  const arranged = order.length === 0 ? arrange(all.values(), sort) : keepOrder(order, all.values());
  if (arranged !== order && arranged.length > 0) setOrder(arranged);

  // Who has waited stays listed until the list is arranged anew: no row goes from under a hand.
  const [waited, setWaited] = useState<ReadonlySet<string>>(new Set());
  const also = [...all.values()].filter((one) => waits(one) && !waited.has(one.id));
  if (also.length > 0) setWaited(new Set([...waited, ...also.map(({ id }) => id)]));

  const running = useMemo(() => [...all.values()].filter(runs), [all]);
  const shown = useMemo(
    () =>
      arranged
        .flatMap((id) => all.get(id) ?? [])
        .filter((one) => matches(one, text) && (part !== 'waiting' || waited.has(one.id))),
    [arranged, all, text, part, waited],
  );
  const anew = (by: Sort): void => {
    setOrder(arrange(all.values(), by));
    setWaited(new Set());
  };
  const load: Loaded<true> = {
    ...(now.state === 'ready'
      ? {
          state: 'ready',
          data: true,
          at: 0,
          ...(now.staleSince === undefined ? {} : { staleSince: now.staleSince }),
        }
      : now.state === 'forbidden'
        ? { state: 'forbidden', error: now.error as never }
        : now.state === 'failed'
          ? { state: 'failed', error: now.error }
          : { state: 'loading' }),
    reload: () => void feed.reload(),
    set: () => undefined,
  };
  return {
    part,
    setPart: (to) => {
      setWaited(new Set());
      setPart(to);
    },
    text,
    setText,
    sort,
    setSort: (by) => {
      setSort(by);
      anew(by);
    },
    stale: isStale(arranged, all.values(), sort) || (part === 'waiting' && shown.some((one) => !waits(one))),
    arrangeAnew: () => anew(sort),
    matches: (one) => matches(one, text),
    running,
    shown,
    counts: { live: running.length, waiting: running.filter(waits).length, cut: '' },
    load,
  };
}
