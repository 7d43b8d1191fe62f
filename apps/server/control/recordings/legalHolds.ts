import { join } from 'node:path';
import type { Hold, Storage } from '@weir/ledger';
import { readIfThere, realDisk } from '@weir/ledger/disk.ts';
import type { Manifest } from './manifest.ts';

const FILE = 'held.json';

/**
 * Legal holds on recordings in the bucket follow the holds of cases: an object has one while any case names its
 * recording. What has one stands in `held.json` before it is put and until it is lifted, so that none is forgotten.
 */
export class LegalHolds {
  readonly #path: string;
  readonly #manifest: Manifest;
  readonly #storage: Storage;
  readonly #holds: () => readonly Pick<Hold, 'media'>[] | undefined;
  #held: Map<string, string>;
  /** Whether the bucket knows legal holds; unknown at first. */
  #isKnown = true;

  private constructor(path: string, held: Map<string, string>, { manifest, storage, holds }: LegalHoldParts) {
    this.#path = path;
    this.#held = held;
    this.#manifest = manifest;
    this.#storage = storage;
    this.#holds = holds;
  }

  static async open(dir: string, parts: LegalHoldParts): Promise<LegalHolds> {
    const path = join(dir, FILE);
    const text = (await readIfThere(path))?.toString('utf8') ?? '{}';
    return new LegalHolds(path, new Map(Object.entries(JSON.parse(text) as Record<string, string>)), parts);
  }

  /** Objects that have a legal hold. */
  get count(): number {
    return this.#held.size;
  }

  /** Puts and lifts what is to be; gives true where one was lifted. @throws Problem bucket_unavailable: asked again later */
  async follow(): Promise<boolean> {
    if (!this.#isKnown) return false;
    const holds = this.#holds();
    if (!holds) return false;
    const wanted = new Set(holds.flatMap(({ media }) => media.map(({ path }) => path)));
    const fresh: [string, string][] = [];
    for (const path of wanted) {
      if (this.#held.has(path)) continue;
      const entry = await this.#manifest.find(path);
      if (entry) fresh.push([path, entry.object]);
    }
    if (fresh.length > 0) {
      await this.#store(new Map([...this.#held, ...fresh]), async () => {
        for (const [, object] of fresh) {
          if (await this.#storage.hold(object, true)) continue;
          this.#isKnown = false;
          break;
        }
      });
      if (!this.#isKnown) await this.#store(new Map());
    }
    const over = [...this.#held].filter(([path]) => !wanted.has(path));
    if (over.length === 0) return false;
    for (const [, object] of over) await this.#storage.hold(object, false);
    await this.#store(new Map([...this.#held].filter(([path]) => wanted.has(path))));
    return true;
  }

  /** What is intended is durable before it is done, and known here once it is. */
  async #store(held: Map<string, string>, act?: () => Promise<void>): Promise<void> {
    await realDisk.replace(this.#path, `${JSON.stringify(Object.fromEntries(held))}\n`, { sync: true });
    await act?.();
    this.#held = held;
  }
}

export type LegalHoldParts = {
  manifest: Manifest;
  storage: Storage;
  holds: () => readonly Pick<Hold, 'media'>[] | undefined;
};
