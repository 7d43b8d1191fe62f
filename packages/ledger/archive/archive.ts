import type { LogName, Written } from '../record.ts';
import type { PartFacts } from '../room/index.ts';
import type { Sealed } from '../sealed/catalogue.ts';
import type { Run } from '../sealed/run.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import type { Stretch } from '../verify/lines.ts';
import type { PartQuery } from './query.ts';
import type { SealJob, SealKeys } from './seal.ts';

/** What is sealed, and the tree and segments it is made of. */
export type SealOrder = SealJob & {
  keys: SealKeys;
  dir: string;
  checkpoint: Checkpoint;
  stretches: Stretch[];
  partRecords?: number;
};

/** A part to verify, against the tree in its log's folder. */
export type VerifyOrder = { part: Sealed; keys: SealKeys; dir: string; checkpoint: Checkpoint };

/** A call to the archive as it travels to another process: plain data, and keys as bytes. */
export type ArchiveCall =
  | { op: 'lines'; part: Sealed; key: Buffer; query: PartQuery }
  | { op: 'facts'; part: Sealed; key: Buffer }
  | { op: 'seal'; order: SealOrder }
  | { op: 'verify'; order: VerifyOrder }
  | { op: 'forget'; log: LogName; day: string };

/** Who carries a call out: another process, or in a test this one. */
export interface ArchiveRunner {
  call(call: ArchiveCall): Promise<unknown>;
  close(): Promise<void>;
}

/** The key under which a log's day is sealed; undefined where it is destroyed. */
export type KeyOf = (log: LogName, day: string) => Buffer | undefined;

/** Sealed days as the ledger asks for them. What is purged has no records. */
export class Archive {
  readonly #runner: ArchiveRunner;
  readonly #keyOf: KeyOf;

  constructor(runner: ArchiveRunner, keyOf: KeyOf) {
    this.#runner = runner;
    this.#keyOf = keyOf;
  }

  /** Records of a part that fit, in the order of their numbers. */
  async records(part: Sealed, query: PartQuery): Promise<Written[]> {
    return (await this.lines(part, query)).map((line) => JSON.parse(line) as Written);
  }

  /** The same as lines, without their newlines. */
  async lines(part: Sealed, query: PartQuery): Promise<string[]> {
    const key = this.#keyOf(part.log, part.day);
    if (!key) return [];
    return (await this.#runner.call({ op: 'lines', part, key, query })) as string[];
  }

  /** What the index of rooms keeps of a part; undefined where it is purged. */
  async facts(part: Sealed): Promise<PartFacts | undefined> {
    const key = this.#keyOf(part.log, part.day);
    if (!key) return undefined;
    return (await this.#runner.call({ op: 'facts', part, key })) as PartFacts | undefined;
  }

  /** Makes a run of segments into parts. */
  async seal(order: SealOrder): Promise<Run> {
    return (await this.#runner.call({ op: 'seal', order })) as Run;
  }

  /** Lets go of what is open of a day. */
  async forget(log: LogName, day: string): Promise<void> {
    await this.#runner.call({ op: 'forget', log, day });
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
