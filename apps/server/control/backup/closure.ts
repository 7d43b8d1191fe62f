import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@weir/kit';
import { realDisk } from '@weir/ledger/disk.ts';

/** DATA/control/restored.json: a store that came back from a backup has it for good. */
const RESTORED_FILE = 'restored.json';

/**
 * What a restore left for the service to do. Steps: `settle` (before it listens: what is due is purged, what ran is
 * ended), `closed` (every gate, until a person orders otherwise), `open`. Times are wall ms.
 */
export type Restored = {
  v: 1;
  step: 'settle' | 'closed' | 'open';
  restoredAt: number;
  /** The backup's generation, and the instant of its cut: what came after that is lost. */
  generation: string;
  cutAt: number;
  /** False where the backup had no recordings. */
  media?: boolean;
  /** Until when cuts and closed accounts are known: those after it are not, unless somebody brings them. */
  knownUntil: number;
  /** Parts and cases of the backup that had been purged or let go since, and so did not come back; their receipts did not either. */
  dropped?: string[];
  reopened?: { by: string; at: number; note: string };
};

/** Puts the state on disk; durable when it resolves. */
export const writeRestored = (controlDir: string, restored: Restored): Promise<void> =>
  realDisk.replace(join(controlDir, RESTORED_FILE), `${JSON.stringify(restored)}\n`, { sync: true });

/** The state on disk; undefined of a store that never came back. @throws Error where it is damaged: nothing opens then */
export function readRestored(controlDir: string): Restored | undefined {
  const path = join(controlDir, RESTORED_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
  try {
    const restored = JSON.parse(text) as Restored;
    if (restored.v === 1 && ['settle', 'closed', 'open'].includes(restored.step)) return restored;
  } catch {
    // Said below.
  }
  throw new Error(`${path} is damaged; restore the backup again into an empty directory`);
}

/** Whether the service is closed after a restore, and the one way out of it: by a person, step by step, on disk first. */
export class Closure {
  readonly #dir: string;
  #restored: Restored | undefined;

  /** @throws Error where the file is damaged */
  constructor(controlDir: string) {
    this.#dir = controlDir;
    this.#restored = readRestored(controlDir);
  }

  /** What is known of the restore; undefined of a store that never came back from a backup. */
  get restored(): Readonly<Restored> | undefined {
    return this.#restored;
  }

  get isClosed(): boolean {
    return this.#restored !== undefined && this.#restored.step !== 'open';
  }

  /** @throws Problem `service_closed` where nothing may become public yet */
  admit(): void {
    if (this.isClosed)
      throw new Problem(
        'service_closed',
        'It was restored from a backup and stays closed until an administrator opens it',
      );
  }

  /** What had to be done before anything is answered is done. */
  settled(): Promise<void> {
    return this.#to({ step: 'closed' });
  }

  /** Opens again; durable when it resolves. */
  reopened(by: string, at: number, note: string): Promise<void> {
    return this.#to({ step: 'open', reopened: { by, at, note } });
  }

  async #to(change: Partial<Restored>): Promise<void> {
    if (!this.#restored) return;
    const next = { ...this.#restored, ...change };
    await writeRestored(this.#dir, next);
    this.#restored = next;
  }
}
