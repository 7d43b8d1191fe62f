import type { Clock, Log } from '@weir/kit';
import type { Disk } from './disk.ts';
import type { StorageAt } from './storage/storage.ts';
import type { StampPlace } from './timestamp/ask.ts';
import type { WitnessPlace } from './witness/submit.ts';

/** How a ledger is opened. */
export type LedgerOptions = {
  dir: string;
  clock: Clock;
  log: Log;
  disk?: Disk;
  /** The key-encryption key's file, where it does not lie in `dir`. */
  kekPath?: string;
  /** Whether `clock` is moved by order: decided when the ledger is made, and said in the origin of its logs. */
  simulated?: boolean;
  /** Whom checkpoints are put to before others read them. */
  witnesses?: readonly WitnessPlace[];
  /** Where sealed days go, where not under `dir`. */
  storage?: StorageAt;
  /** Records of a sealed part at most, where a test wants fewer. */
  partRecords?: number;
  /** Where day keys come from, by their label; random where nothing is said. A simulation makes them of its seed. */
  newKey?: (label: string) => Buffer;
  /** Who stamps them, hourly where there is news. */
  timestamps?: StampPlace | undefined;
};
