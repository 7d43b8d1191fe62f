import type { Person } from '@weir/look';
import type { Mark } from '../items/allowTerm.ts';

/** What a sender contests, or staff report as a false hit (`GET /api/contests`). */
export type Contest = {
  id: string;
  kind: 'contest' | 'report';
  state: 'open' | 'stands' | 'overturned';
  at: string;
  room: string;
  user: Person;
  /** Null once its time of keeping is over. */
  text: string | null;
  category: string;
  hits: Mark[];
  /** Which allow term came of it. */
  allow?: string;
  answeredAt: string | null;
  answeredBy: Person | null;
};
