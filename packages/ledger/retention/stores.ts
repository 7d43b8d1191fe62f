/**
 * What else holds text or pictures that somebody published: everything that is derived from them, or waits to become
 * them. Each store has an entry here, or the check of the data directory fails.
 */
export type DerivedStore = {
  name: string;
  holds: 'text' | 'picture' | 'both';
  /** Paths under the data directory that are this store's, relative, folders with a slash at their end; none in memory. */
  paths: readonly string[];
  /** Columns of the service's database that are this store's, as `TABLE.COLUMN`. */
  columns?: readonly string[];
  /** Removes all that is due. Repeating it after a crash does no harm. */
  purge(task: PurgeTask): Promise<Purged>;
};

/**
 * What a store's purge did. Of what was removed, `locked` objects are without their key and still kept by a bucket's
 * lock or a legal hold, and `waiting` ones by a bucket that is away; they go by themselves.
 */
export type Purged = { removed: number; bytes: number; locked?: number; waiting?: number };

export type PurgeTask = {
  /** Wall ms. */
  now: number;
  /** Whether a day, the first on which something is gone, has come, and not by the wall clock alone. */
  isDayDue(on: string): boolean;
  /**
   * Whether what was published in a broadcast at `ts` (wall ms; to `to` where it lasted) is due, and not evidence of
   * a decision that is still needed.
   */
  isDue(what: { broadcast: string; ts: number; to?: number }): boolean;
};

/** What no purge reaches; a receipt states it by these codes. */
export const BEYOND_REACH = [
  'freed_disk_blocks',
  'copies_of_the_operator',
  'downloads_of_viewers',
  'cdn_caches',
] as const;

/** All derived stores of a service. */
export class DerivedStores {
  readonly #stores: readonly DerivedStore[];

  /** @throws Error where two have one name or path */
  constructor(stores: readonly DerivedStore[]) {
    const names = stores.map(({ name }) => name);
    const paths = stores.flatMap((store) => store.paths);
    const columns = stores.flatMap((store) => store.columns ?? []);
    for (const all of [names, paths, columns])
      if (new Set(all).size < all.length) throw new Error('two derived stores have one name, path or column');
    this.#stores = stores;
  }

  get all(): readonly DerivedStore[] {
    return this.#stores;
  }

  /** The store whose a path under the data directory is; undefined where nobody has registered it. */
  ownerOf(path: string): DerivedStore | undefined {
    return this.#stores.find(({ paths }) =>
      paths.some((own) => (own.endsWith('/') ? path.startsWith(own) : path === own)),
    );
  }

  /** Purges each store; one that fails does not keep the others from it. */
  async purge(task: PurgeTask): Promise<StoreReceipt[]> {
    const receipts: StoreReceipt[] = [];
    for (const { name, purge } of this.#stores) {
      try {
        receipts.push({ store: name, ...(await purge(task)) });
      } catch (why) {
        receipts.push({ store: name, removed: 0, bytes: 0, failed: (why as Error).message });
      }
    }
    return receipts;
  }
}

export type StoreReceipt = Purged & { store: string; failed?: string };
