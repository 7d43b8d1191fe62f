import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api.ts';

/**
 * What a view knows of its data: nothing yet, the data (perhaps `staleSince`, where newer could not be had),
 * or why there is none.
 */
export type Load<T> =
  | { state: 'loading' }
  | { state: 'ready'; data: T; at: number; staleSince?: number }
  | { state: 'failed'; error: unknown }
  | { state: 'forbidden'; error: ApiError };

export type Loaded<T> = Load<T> & {
  reload(): void;
  /** Puts in what a call just answered, so that the page shows it before the next poll. */
  set(change: (now: T) => T): void;
};

/**
 * Loads data, again every `everyMs` while the page is visible. One question stands at a time: what an older one would
 * have been answered never covers what a newer one, or a write (`set`), has told since. Data once had stays on screen when a
 * later load fails, marked stale; only the first failure takes the view.
 * @param first data that is there already: shown at once, and the first load comes when a later one would
 * @example const lobby = useLoad((signal) => api.get<Page>('/api/broadcasts?state=live', signal), [], 5_000);
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  deps: readonly unknown[],
  everyMs?: number,
  first?: T,
): Loaded<T> {
  const [state, setState] = useState<Load<T>>(() =>
    first === undefined ? { state: 'loading' } : { state: 'ready', data: first, at: Date.now() },
  );
  const [round, setRound] = useState(0);
  const newest = useRef(load);
  const given = useRef(first !== undefined);
  /** Asks anew where a question stands: its answer may be older than what is known now. */
  const overtake = useRef<() => void>(undefined);
  useEffect(() => {
    newest.current = load;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: deps are the caller's; round asks for one more load.
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked: AbortController | undefined;
    const again = (): void => {
      if (everyMs !== undefined && !left.signal.aborted) timer = setTimeout(once, everyMs);
    };
    const once = async (): Promise<void> => {
      clearTimeout(timer);
      asked?.abort();
      asked = undefined;
      // What is asked for only once is there when a page that was opened behind others is looked at.
      if (everyMs !== undefined && document.visibilityState === 'hidden') return again();
      const mine = new AbortController();
      asked = mine;
      const signal = AbortSignal.any([left.signal, mine.signal]);
      try {
        const data = await newest.current(signal);
        if (!signal.aborted) setState({ state: 'ready', data, at: Date.now() });
      } catch (error) {
        if (!signal.aborted) setState((now) => failed(now, error));
      }
      if (signal.aborted) return;
      asked = undefined;
      again();
    };
    const seen = (): void => {
      if (document.visibilityState === 'visible' && everyMs !== undefined) void once();
    };
    overtake.current = () => {
      if (asked) void once();
    };
    document.addEventListener('visibilitychange', seen);
    if (given.current) again();
    else void once();
    given.current = false;
    return () => {
      left.abort();
      clearTimeout(timer);
      overtake.current = undefined;
      document.removeEventListener('visibilitychange', seen);
    };
  }, [...deps, round, everyMs]);

  // Other data altogether: what was shown for the old must not pass for the new.
  const key = JSON.stringify(deps);
  const [shownFor, setShownFor] = useState(key);
  if (shownFor !== key) {
    setShownFor(key);
    setState({ state: 'loading' });
  }

  const reload = useCallback(() => {
    setState((now) => (now.state === 'ready' ? now : { state: 'loading' }));
    setRound((n) => n + 1);
  }, []);
  const set = useCallback((change: (now: T) => T) => {
    setState((now) => (now.state === 'ready' ? { ...now, data: change(now.data) } : now));
    overtake.current?.();
  }, []);
  return { ...state, reload, set };
}

function failed<T>(now: Load<T>, error: unknown): Load<T> {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403))
    return { state: 'forbidden', error };
  // What is gone or cut is an answer, not a failure to get one.
  const answered = error instanceof ApiError && (error.status === 404 || error.status === 410);
  if (now.state === 'ready' && !answered) return { ...now, staleSince: now.staleSince ?? now.at };
  return { state: 'failed', error };
}
