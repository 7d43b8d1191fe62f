import { useState } from 'react';

/** How far a write is. Never ahead of the service: done is what it answered, at the time it answered. */
export type Write<T> =
  | { state: 'ready' }
  | { state: 'writing' }
  | { state: 'done'; at: number; answer: T }
  | { state: 'failed'; error: unknown };

/** Runs one write and tells how far it is; a second call while one runs does nothing. */
export function useWrite<T>(write: () => Promise<T>, onDone: () => void): [Write<T>, () => void] {
  const [state, setState] = useState<Write<T>>({ state: 'ready' });
  const run = async (): Promise<void> => {
    if (state.state === 'writing' || state.state === 'done') return;
    setState({ state: 'writing' });
    try {
      const answer = await write();
      setState({ state: 'done', at: Date.now(), answer });
      onDone();
    } catch (error) {
      setState({ state: 'failed', error });
    }
  };
  return [state, () => void run()];
}
