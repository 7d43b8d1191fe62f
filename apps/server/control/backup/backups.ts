import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, type Timer } from '@weir/kit';
import type { LedgerRecord } from '@weir/ledger';
import { realDisk } from '@weir/ledger/disk.ts';
import type { Actor, Control } from '../control.ts';
import { type Cut, type CutFacts, type CutFile, sweepCuts, takeCut } from './cut.ts';
import { KeyCopy, type KeyTarget } from './keyCopy.ts';

/** DATA/control/backup.json: the last backup, and where its key part is kept up. */
const STATE_FILE = 'backup.json';
/** Who copies tells how far it has come at least this often, or its cut is let go. */
const SILENT_MS = 60_000;
const LOOK_EACH_MS = 5_000;
/** Who tells nothing for so long and is no process any more was killed. Longer than it takes to tell; pids of another container are not ours. */
const SILENT_DEAD_MS = 3_000;

/** A backup that was made. Times are wall ms; `written` bytes are new in the target, `bytes` all that it holds of this one. */
export type Made = {
  id: string;
  generation: string;
  to: string;
  at: number;
  doneAt: number;
  bytes: number;
  written: number;
  entries: number;
};
/** How far the one that runs has come. */
export type Progress = { phase: 'database' | 'ledger' | 'media' | 'keys'; done: number; of: number };
type Running = {
  cut: Cut;
  to: string;
  by: string;
  pid: number | undefined;
  heardAt: number;
  progress: Progress;
};
type Stored = { v: 1; last?: Made; keys?: KeyTarget };

/** What the copier is given. */
export type Order = {
  facts: CutFacts;
  snapshot: string;
  connection: unknown;
  files: CutFile[];
  recordings: string;
};
/** How it ended. */
export type Outcome =
  | { outcome: 'done'; made: Omit<Made, 'id' | 'to' | 'at' | 'doneAt'> }
  | { outcome: 'failed'; why: string };

/**
 * Backups as control sees them: it takes the cut, another process (`weir backup`) copies and encrypts, so that no
 * cut-off waits behind a cipher. One at a time; one that falls silent is let go.
 */
export class Backups {
  readonly #control: Control;
  readonly #path: string;
  readonly #timer: Timer;
  readonly keys: KeyCopy;
  #stored: Stored;
  #running: Running | undefined;
  #isTaking = false;

  private constructor(control: Control, path: string, stored: Stored) {
    this.#control = control;
    this.#path = path;
    this.#stored = stored;
    this.keys = new KeyCopy(control, stored.keys);
    this.#timer = control.clock.every(LOOK_EACH_MS, () => void this.#look());
  }

  static async open(control: Control): Promise<Backups> {
    await sweepCuts(control.config.dataDir);
    const path = join(control.config.dataDir, 'control', STATE_FILE);
    return new Backups(control, path, read(path, control));
  }

  get last(): Made | undefined {
    return this.#stored.last;
  }

  get running(): (Progress & { to: string; at: number }) | undefined {
    const running = this.#running;
    return running && { ...running.progress, to: running.to, at: running.cut.facts.at };
  }

  /**
   * Records the order and takes the cut. `pid` is the process that will copy.
   * @throws Problem conflict while another runs, database_unavailable, storage_failed
   */
  async begin(ask: { to: string; pid?: number }, by: Actor): Promise<Order> {
    const { database, clock, log } = this.#control;
    await this.#look();
    if (this.#running || this.#isTaking)
      throw new Problem('conflict', 'A backup is under way; wait for it, or end it where it runs');
    this.#isTaking = true;
    try {
      const cut = await this.#begin(ask, by);
      this.#running = {
        cut,
        to: ask.to,
        by: by.id,
        pid: ask.pid,
        heardAt: clock.mono(),
        progress: { phase: 'database', done: 0, of: 0 },
      };
      log.info({ id: cut.facts.id, heldMs: cut.facts.heldMs }, 'a cut was taken for a backup');
      const { facts, snapshot, files, recordings } = cut;
      return { facts, snapshot, files, recordings, connection: database.connection };
    } finally {
      this.#isTaking = false;
    }
  }

  /** @throws Problem not_found where this one does not run (any more) */
  heard(id: string, progress: Progress): void {
    const running = this.#mine(id);
    running.heardAt = this.#control.clock.mono();
    running.progress = progress;
    if (progress.phase !== 'database') void running.cut.dumped();
  }

  /** Writes the key part for what was copied, and keeps it up from now on. @throws Problem not_found, storage_failed */
  async writeKeys(id: string, target: KeyTarget): Promise<void> {
    this.#mine(id);
    await this.keys.follow(target);
    await this.#store({ ...this.#stored, keys: target });
  }

  /** Takes what came of it, on record. @throws Problem not_found, database_unavailable */
  async end(id: string, outcome: Outcome): Promise<void> {
    const { cut, to, by } = this.#mine(id);
    this.#running = undefined;
    await cut.release();
    const { at, heldMs } = cut.facts;
    const doneAt = this.#control.clock.now();
    const what = outcome.outcome === 'done' ? outcome.made : { why: outcome.why };
    if (outcome.outcome === 'done')
      await this.#store({ ...this.#stored, last: { id, to, at, doneAt, ...outcome.made } });
    await this.#record({
      kind: 'backup.made',
      ts: doneAt,
      user: by,
      id,
      to,
      heldMs,
      outcome: outcome.outcome,
      ...what,
    });
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.keys.close();
    await this.#running?.cut.release();
    this.#running = undefined;
  }

  async #begin({ to }: { to: string }, by: Actor): Promise<Cut> {
    // Before the cut, so that the backup itself holds its order.
    await this.#record({ kind: 'backup.ordered', ts: this.#control.clock.now(), user: by.id, to });
    return takeCut(this.#control);
  }

  async #record(record: LedgerRecord): Promise<void> {
    const { database, outbox } = this.#control;
    await database.write((trx) => outbox.record(trx, 'access', record));
    await outbox.flush();
  }

  #mine(id: string): Running {
    if (this.#running?.cut.facts.id !== id) throw new Problem('not_found', 'This backup is not under way');
    return this.#running;
  }

  /** Lets the cut of a copier go that fell silent, or was killed. */
  async #look(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const silentMs = this.#control.clock.mono() - running.heardAt;
    const isDead = silentMs >= SILENT_DEAD_MS && running.pid !== undefined && !isAlive(running.pid);
    if (!isDead && silentMs < SILENT_MS) return;
    const why = isDead ? 'the process that copied is gone' : 'nothing was heard of it';
    await this.end(running.cut.facts.id, { outcome: 'failed', why }).catch((error: Error) =>
      this.#control.log.warn({ why: error.message }, 'a backup that fell silent is not on record'),
    );
  }

  async #store(next: Stored): Promise<void> {
    this.#stored = next;
    await realDisk.replace(this.#path, `${JSON.stringify(next)}\n`, { sync: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (why) {
    return (why as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function read(path: string, { log }: Control): Stored {
  if (!existsSync(path)) return { v: 1 };
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
    if (stored.v === 1) return stored;
  } catch {
    // Said below: the next backup writes it anew.
  }
  log.error({ path }, 'what is known of the last backup cannot be read; make one');
  return { v: 1 };
}
