import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NEXT, removeIfThere } from '../disk.ts';
import type { SlotFile } from '../keys/slots.ts';
import type { LogName } from '../record.ts';
import type { KeptBlock } from './keptBlock.ts';
import { FrameWriter, frameKey, parseFrame, readFrames } from './keptFile.ts';

/** Where records lie that outlived their day: `kept/LOG/UNTIL/FROM.keep`. */
export const KEPT_FOLDER = 'kept';
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const FILE = /^(?:from-)?\d{4}-\d{2}-\d{2}(?:\.\d+)?\.keep$/;

/** The slot of the key under which a log's records are kept until a day. */
export const keptLabel = (log: LogName, until: string): string => `kept ${log} ${until}`;

const namesIn = async (path: string): Promise<string[]> => {
  try {
    return (await readdir(path)).sort();
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw why;
  }
};

/** Records of each log that are kept beyond their day, by the day on which they are looked at again. */
export class KeptStore {
  readonly #dir: string;
  readonly #slots: SlotFile;

  constructor(dir: string, slots: SlotFile) {
    this.#dir = join(dir, KEPT_FOLDER);
    this.#slots = slots;
  }

  /** Days until which records of a log are kept, the next one first. */
  async untils(log: LogName): Promise<string[]> {
    return (await namesIn(join(this.#dir, log))).filter((name) => DAY.test(name));
  }

  /** Kept blocks of a log until a day. @throws Error where the key is gone, Fault where a file was altered */
  async *blocks(log: LogName, until: string): AsyncGenerator<KeptBlock> {
    const label = keptLabel(log, until);
    const key = this.#slots.get(label);
    if (!key) throw new Error(`the key of ${label} is gone`);
    for (const name of await namesIn(join(this.#dir, log, until))) {
      if (!FILE.test(name)) continue;
      for await (const frame of readFrames(join(this.#dir, log, until, name), frameKey(key, label)))
        yield parseFrame(frame) as KeptBlock;
    }
  }

  /** Destroys the key of what is kept until a day. */
  destroy(log: LogName, until: string): void {
    this.#slots.destroy(keptLabel(log, until));
  }

  /** Removes the files of what is kept until a day. */
  async drop(log: LogName, until: string): Promise<{ files: number; bytes: number }> {
    const folder = join(this.#dir, log, until);
    const names = await namesIn(folder);
    let bytes = 0;
    for (const name of names) bytes += (await stat(join(folder, name))).size;
    await rm(folder, { recursive: true, force: true });
    return { files: names.length, bytes };
  }

  /**
   * Begins to carry records over from a day (`2026-01-31`), or from what was kept until one (`from-2026-04-02`); with
   * `.2` behind it where that is purged a second time. The same again after a crash gives the same files.
   */
  async carry(log: LogName, from: string): Promise<Carry> {
    for (const until of await this.untils(log))
      for (const name of [`${from}.keep`, `${from}.keep${NEXT}`])
        await removeIfThere(join(this.#dir, log, until, name));
    return new Carry(this.#dir, this.#slots, log, from);
  }
}

/** One carrying over; nothing is kept before `close`. */
export class Carry {
  readonly #dir: string;
  readonly #slots: SlotFile;
  readonly #log: LogName;
  readonly #from: string;
  readonly #files = new Map<string, FrameWriter>();

  constructor(dir: string, slots: SlotFile, log: LogName, from: string) {
    this.#dir = dir;
    this.#slots = slots;
    this.#log = log;
    this.#from = from;
  }

  async keep(until: string, kept: KeptBlock): Promise<void> {
    let file = this.#files.get(until);
    if (!file) {
      const label = keptLabel(this.#log, until);
      const key = this.#slots.get(label) ?? this.#slots.make(label);
      file = await FrameWriter.open(
        join(this.#dir, this.#log, until, `${this.#from}.keep`),
        frameKey(key, label),
      );
      this.#files.set(until, file);
    }
    await file.write(kept);
  }

  /** Makes all of it durable; answers the days until which something is kept. */
  async close(): Promise<string[]> {
    for (const file of this.#files.values()) await file.close();
    return [...this.#files.keys()];
  }

  async abandon(): Promise<void> {
    for (const file of this.#files.values()) await file.abandon();
  }
}
