import { hash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, realDisk } from '../disk.ts';
import { type Checkpoint, checkpointText, parseCheckpoint } from '../tree/checkpoint.ts';
import type { Seen } from './judge.ts';

/**
 * What a witness remembers: a file for each origin, named by its hash, with the text of the checkpoint that it
 * cosigned last.
 */
export class Heads {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @throws Error where the file is damaged: a witness that forgot may not go on from nothing */
  async read(origin: string): Promise<Seen | undefined> {
    const path = this.#pathOf(origin);
    const bytes = await readIfThere(path);
    if (!bytes) return undefined;
    const text = bytes.toString('utf8');
    const checkpoint = parseCheckpoint(text);
    if (checkpoint.origin !== origin || checkpointText(checkpoint) !== text)
      throw new Error(`${path} is damaged`);
    return { size: checkpoint.size, root: checkpoint.root };
  }

  /** Durable when it resolves. */
  write(checkpoint: Checkpoint): Promise<void> {
    return realDisk.replace(this.#pathOf(checkpoint.origin), checkpointText(checkpoint), { sync: true });
  }

  #pathOf(origin: string): string {
    return join(this.#dir, 'heads', hash('sha256', origin, 'hex'));
  }
}
