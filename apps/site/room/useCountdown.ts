import { useEffect, useState } from 'react';

const EACH_MS = 1_000;

/** Ms until wall time `at`, counted down by the second; 0 when it is over. */
export function useCountdown(at: number): number {
  const [now, setNow] = useState(Date.now);
  const running = at > now;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another time counts from now.
  useEffect(() => {
    setNow(Date.now());
    if (at <= Date.now()) return;
    // To the second of `at`, so that the last look falls on its end.
    let timer = setTimeout(
      function look() {
        setNow(Date.now());
        if (at > Date.now()) timer = setTimeout(look, Math.min(EACH_MS, at - Date.now()));
      },
      (at - Date.now()) % EACH_MS,
    );
    return () => clearTimeout(timer);
  }, [at, running]);
  return Math.max(0, at - now);
}
