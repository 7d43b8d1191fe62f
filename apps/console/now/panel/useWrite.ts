import type { Instant } from '@weir/look';
import { useState } from 'react';

/** How far a write is. Never ahead of the service: done is what it answered, at the time it took effect. */
export type Write<T> =
  | { state: 'ready' }
  | { state: 'writing' }
  | { state: 'done'; at: Instant; answer: T }
  | { state: 'failed'; error: unknown };

/**
 * Runs one write and tells how far it is; a second call while one runs does nothing. `since` reads from the answer
 * when it took effect; without it that is when the answer came.
 */
export function useWrite<T>(
  write: () => Promise<T>,
  onDone: () => void,
  since?: (answer: T) => Instant | null,
): [Write<T>, () => void] {
  const [state, setState] = useState<Write<T>>({ state: 'ready' });
  const run = async (): Promise<void> => {
    if (state.state === 'writing' || state.state === 'done') return;
    setState({ state: 'writing' });
    try {
      const answer = await write();
      setState({ state: 'done', at: since?.(answer) ?? Date.now(), answer });
      onDone();
    } catch (error) {
      setState({ state: 'failed', error });
    }
  };
  return [state, () => void run()];
}
