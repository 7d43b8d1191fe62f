import { useEffect, useState } from 'react';

/** Somebody who types rests so long before a search goes out. */
const SETTLE_MS = 250;

/** A value once it has stood still, so that not every letter is searched for. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
