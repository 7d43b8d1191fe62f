import type { Clock, Log } from '@weir/kit';
import type { Allowance } from './event.ts';
import type { RoomHost } from './host.ts';
import type { RoomLimits } from './limits.ts';
import type { Turnstile } from './replay.ts';
import type { Screen } from './screen.ts';
export type Figures = { shown: number; held: number; refused: number; dropped: number };

/** What all rooms of a process share. */
export type Wiring = {
  host: RoomHost;
  clock: Clock;
  log: Log;
  limits: RoomLimits;
  screen: Screen;
  /** How much a person may still say in all rooms; left out where nobody counts that. */
  rates?: (user: string) => Allowance | undefined;
  /** Disk reads for resumes. */
  turnstile: Turnstile;
  figures: Figures;
};
