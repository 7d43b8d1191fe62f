import { useEffect } from 'react';

/** Keeps what was chosen by key in sight: the control that says `aria-current` inside `.${list}`. */
export function useInSight(list: string, chosen: string | number | undefined): void {
  useEffect(() => {
    if (chosen === undefined) return;
    document.querySelector(`.${list} [aria-current=true]`)?.scrollIntoView({ block: 'nearest' });
  }, [list, chosen]);
}
