import { type Loaded, useLoad } from '@weir/look';
import { useRef } from 'react';
import { api } from '../api.ts';
import { fetchPages, PAGES_MOST, type Page } from './pages.ts';

/** A list as far as it is shown, and the way to the rest. */
export type Pages<T> = {
  load: Loaded<Page<T>>;
  items: readonly T[];
  /** Shows one page more; undefined where there is none. */
  more: (() => void) | undefined;
};

const NONE: readonly never[] = [];

/** Loads a list page by page, and what is shown of it anew every `everyMs`. Another path begins anew. */
export function usePages<T>(path: string, everyMs: number): Pages<T> {
  const shown = useRef({ path, count: 1 });
  if (shown.current.path !== path) shown.current = { path, count: 1 };
  const load = useLoad(
    (signal) => fetchPages((at) => api.get<Page<T>>(at, signal), path, shown.current.count),
    [path],
    everyMs,
  );
  const ready = load.state === 'ready';
  const goesOn = ready && load.data.next !== null && shown.current.count < PAGES_MOST;
  return {
    load,
    items: ready ? load.data.items : NONE,
    more: goesOn
      ? () => {
          shown.current.count++;
          load.reload();
        }
      : undefined,
  };
}
