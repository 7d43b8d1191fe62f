import { type Disk, realDisk } from '../disk.ts';

/** A disk of which each `nth` operation fails, writes after half of their bytes, until it is healed. */
export class FailingDisk implements Disk {
  #left: number;
  readonly #nth: number;
  readonly #code: string;
  isHealed = false;
  failures = 0;

  constructor(nth: number, code: 'ENOSPC' | 'EIO') {
    this.#nth = nth;
    this.#left = nth;
    this.#code = code;
  }

  async create(path: string) {
    this.#step();
    const file = await realDisk.create(path);
    return {
      close: () => file.close(),
      write: async (bytes: Buffer) => {
        try {
          this.#step();
        } catch (why) {
          await file.write(bytes.subarray(0, bytes.length / 2));
          throw why;
        }
        await file.write(bytes);
      },
      sync: async () => {
        this.#step();
        await file.sync();
      },
    };
  }

  async syncDirectory(path: string) {
    this.#step();
    await realDisk.syncDirectory(path);
  }

  async truncate(path: string, bytes: number) {
    this.#step();
    await realDisk.truncate(path, bytes);
  }

  async remove(path: string) {
    this.#step();
    await realDisk.remove(path);
  }

  async replace(path: string, bytes: Buffer | string, options: { sync: boolean }) {
    this.#step();
    await realDisk.replace(path, bytes, options);
  }

  #step(): void {
    if (this.isHealed || --this.#left > 0) return;
    this.#left = this.#nth;
    this.failures++;
    throw Object.assign(new Error(this.#code), { code: this.#code });
  }
}
