import type { Person } from '@weir/look';
import type { Mark } from '../items/allowTerm.ts';

/** A title or nickname that waits for a person, or was answered (`GET /api/names`). */
export type HeldName = {
  id: string;
  of: 'title' | 'nickname';
  subject: string;
  /** Null once its time of keeping is over. */
  text: string | null;
  /** What stands there until it is released. */
  now: string;
  owner: Person;
  hits: Mark[];
  category: string;
  state: 'held' | 'refused' | 'contested' | 'stands' | 'released' | 'withdrawn';
  reason: string | null;
  at: string;
  answeredAt: string | null;
  answeredBy: Person | null;
};

export const isWaiting = ({ state }: HeldName): boolean => state === 'held' || state === 'contested';
