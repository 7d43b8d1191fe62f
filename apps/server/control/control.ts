import { type Bus, type Clock, type Config, type Log, type Metrics, Problem } from '@weir/kit';
import type { Ledger, RetentionPolicy } from '@weir/ledger';
import type { TokenSigner } from '@weir/media/token.ts';
import type { TextScreen } from '../screen.ts';
import type { AccessNotes } from './accessNotes.ts';
import type { AloneMessages } from './alone.ts';
import type { Backups } from './backup/backups.ts';
import type { Closure } from './backup/closure.ts';
import type { Broadcast } from './broadcast.ts';
import type { Broadcasts } from './broadcasts.ts';
import type { Capacity } from './capacity/capacity.ts';
import type { Clips } from './clips.ts';
import type { Database } from './database.ts';
import type { Desk } from './desk.ts';
import type { Edges } from './edges.ts';
import type { LiveFigures } from './figures.ts';
import type { Hooks } from './hooks.ts';
import type { Journal } from './journal.ts';
import type { DryRuns } from './lexicon/dryRun.ts';
import type { HitStatistics } from './lexicon/hits.ts';
import type { ThresholdVersions } from './lexicon/thresholds.ts';
import type { Versions } from './lexicon/versions.ts';
import type { DeskLooks, RefusedLooks } from './looks.ts';
import type { Outbox } from './outbox.ts';
import type { People } from './people.ts';
import type { PlayTickets } from './play.ts';
import type { Policy } from './policy.ts';
import type { Recordings } from './recordings/recordings.ts';
import type { Keeper } from './retention/keeper.ts';
import type { Simulation } from './simulation.ts';
import type { Streams } from './streams.ts';
import type { Tombstones } from './tombstones.ts';

/** Everything the parts of control share; put together once in `run.ts`. */
export type Control = {
  config: Config;
  log: Log;
  clock: Clock;
  bus: Bus;
  metrics: Metrics;
  policy: Policy;
  /** Whether it stays closed after a restore. */
  closure: Closure;
  backups: Backups;
  screen: TextScreen;
  lexicon: Versions;
  thresholds: ThresholdVersions;
  hits: HitStatistics;
  dryRuns: DryRuns;
  alone: AloneMessages;
  journal: Journal;
  broadcasts: Broadcasts;
  people: People;
  tombstones: Tombstones;
  edges: Edges;
  figures: LiveFigures;
  database: Database;
  ledger: Ledger;
  outbox: Outbox;
  hooks: Hooks;
  signer: TokenSigner;
  tickets: PlayTickets;
  desk: Desk;
  deskLooks: DeskLooks;
  refusedLooks: RefusedLooks;
  accessNotes: AccessNotes;
  retentionPolicy: RetentionPolicy;
  keeper: Keeper;
  recordings: Recordings;
  clips: Clips;
  capacity: Capacity;
  streams: Streams;
  /** Only where the store was made with a clock that moves by order. */
  simulation?: Simulation;
};

/** Who acts: a signed-in person, or the operator on the machine by control's own socket. */
export type Actor = { id: string; nickname: string; roles: readonly string[]; session?: string };

export const LOCAL_OPERATOR: Actor = { id: 'local', nickname: 'local', roles: ['admin'] };

/** @throws Problem not_found */
export function theBroadcast(control: Control, id: string): Broadcast {
  const found = control.broadcasts.get(id);
  if (!found) throw new Problem('not_found', 'No broadcast has this id');
  return found;
}
