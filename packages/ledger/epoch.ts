import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** Written in place, one sector, so that it is the old or the new number and nothing between. */
const DIGITS = 16;

/**
 * The fencing epoch of a log: each opener writes the next number and holds it as long as the file still says so.
 * A writer that was fenced learns it after its fdatasync and before it acknowledges.
 */
export class Epoch {
  readonly number: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, number: number) {
    this.#file = file;
    this.number = number;
  }

  /** Begins the next epoch, above what the file says and above `least`. */
  static async next(dir: string, least: number): Promise<Epoch> {
    const file = await open(join(dir, 'epoch'), constants.O_RDWR | constants.O_CREAT, 0o600);
    const number = Math.max(await read(file), least) + 1;
    await file.write(`${String(number).padStart(DIGITS, '0')}\n`, 0);
    await file.sync();
    return new Epoch(file, number);
  }

  /** Whether nobody has begun a later one. */
  async holds(): Promise<boolean> {
    return (await read(this.#file)) === this.number;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function read(file: FileHandle): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(DIGITS), 0, DIGITS, 0);
  const number = Number(buffer.toString('latin1', 0, bytesRead));
  return Number.isSafeInteger(number) ? number : 0;
}
