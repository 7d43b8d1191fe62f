import { useLoad } from '@weir/look';
import { api } from '../api.ts';

/** How much waits for a person, by the page that shows it; 100 is so many or more. */
export type Waiting = { names: number; contests: number };

const EACH_MS = 10_000;

/** Asks now and then; undefined before the first answer and where there is none. */
export function useWaiting(): Waiting | undefined {
  const load = useLoad((signal) => api.get<Waiting>('/api/waiting', signal), [], EACH_MS);
  return load.state === 'ready' && load.staleSince === undefined ? load.data : undefined;
}
