import type { Block } from '../block.ts';
import type { LogName } from '../record.ts';
import { Catalogue, type Sealed } from '../sealed/catalogue.ts';
import { ORDERS, partName } from '../sealed/names.ts';
import { listSegments } from '../segments.ts';
import { troubleOf } from '../storage/refusal.ts';
import { openStorage, type Storage } from '../storage/storage.ts';

/** Sealed records that could not be read, the days they are of, and why: they are neither sound nor bad. */
export type Unread = { records: number; days: string[]; why: string };

/** Why a bucket is of no use, in words; undefined where an error says something else. */
export const awayBy = (why: unknown): string | undefined =>
  troubleOf(why) === undefined ? undefined : (why as Error).message;

/**
 * What is sealed of a log. Where the bucket is away, that is what the disk knows of it: its runs lie there once more.
 * @param away why the bucket need not be asked again
 */
export async function catalogueOf(
  dir: string,
  log: LogName,
  storage: Storage,
  away: string | undefined,
): Promise<{ catalogue: Catalogue; away: string | undefined }> {
  let why = away;
  if (why === undefined) {
    try {
      return { catalogue: await Catalogue.open(log, storage), away: undefined };
    } catch (error) {
      why = awayBy(error);
      if (why === undefined) throw error;
    }
  }
  return { catalogue: await Catalogue.open(log, openStorage({ kind: 'directory', dir })), away: why };
}

/** Tells of each block without lines whether it is sealed, and counts those whose part could not be read. */
export class SealedBlocks {
  readonly #parts: readonly Sealed[];
  readonly #unread: ReadonlySet<Sealed>;
  /** Records before this one may be sealed without anybody here knowing: 0 where the bucket was read. */
  readonly #unknownBefore: number;
  readonly #days = new Set<string>();
  #records = 0;

  constructor(parts: readonly Sealed[], unread: readonly Sealed[], unknownBefore: number) {
    this.#parts = parts;
    this.#unread = new Set(unread);
    this.#unknownBefore = unknownBefore;
  }

  has({ first, count, day }: Block): boolean {
    const part = this.#parts.find((one) => first >= one.first && first <= one.last);
    if (!part && first >= this.#unknownBefore) return false;
    if (!part || this.#unread.has(part)) {
      this.#records += count;
      this.#days.add(day);
    }
    return true;
  }

  unread(why: string | undefined): { unread?: Unread } {
    if (this.#records === 0 || why === undefined) return {};
    return { unread: { records: this.#records, days: [...this.#days], why } };
  }
}

/** Whether both objects of a part are among the files of its log: it was sealed before there was a bucket. */
export const liesIn = (files: readonly string[], part: Sealed): boolean =>
  ORDERS.every((order) => files.includes(partName(part, order).slice(part.log.length + 1)));

/** The first record that lies in segments; beyond all where there are none. */
export async function firstInSegments(dir: string): Promise<number> {
  return (await listSegments(dir))[0]?.first ?? Number.POSITIVE_INFINITY;
}
