import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CutReport, Tombstone } from '../wire.ts';

/** A cut as control knows it: the order, who gave it, what each edge reported, and whether it was lifted. */
export type Cut = Tombstone & {
  by: string;
  /** The moderation record with facts and note, sealed under its day key (base64): no text in clear here. */
  sealed?: { day: string; bytes: string } | undefined;
  /** Edges that had to close, each with the last instant its lease could have served. */
  edges: Record<string, { closedNoLaterThan: number; report?: CutReport }>;
  /** Follow-ups that are done: `content`, `database`, `hooks`. */
  done: string[];
};

type Line =
  | { t: 'cut'; cut: Cut }
  | { t: 'report'; order: string; report: CutReport }
  | { t: 'done'; order: string; what: string }
  | { t: 'lifted'; order: string; by: string; at: number };

/**
 * The tombstones on control's own disk (DATA/control/tombstones.ndjson). They outrank leases, rows and restarts:
 * a broadcast that has one is cut whatever else says otherwise. Never rewritten: a line is added and synced.
 */
export class Tombstones {
  readonly #byBroadcast = new Map<string, Cut>();
  readonly #byOrder = new Map<string, Cut>();
  readonly #lifted = new Map<string, string>();
  readonly #file: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<Tombstones> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const file = await open(path, 'a', 0o600);
    const tombstones = new Tombstones(file);
    for (const line of text.split('\n')) {
      try {
        tombstones.#apply(JSON.parse(line) as Line);
      } catch {
        // A torn line was never acknowledged.
      }
    }
    // What follows a torn line must begin on a line of its own.
    if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
    return tombstones;
  }

  /** The standing cut of a broadcast. */
  get(broadcast: string): Cut | undefined {
    return this.#byBroadcast.get(broadcast);
  }

  byOrder(order: string): Cut | undefined {
    return this.#byOrder.get(order);
  }

  /** The order that lifted this one. */
  liftedBy(order: string): string | undefined {
    return this.#lifted.get(order);
  }

  standing(): IterableIterator<Cut> {
    return this.#byBroadcast.values();
  }

  /** Cuts, lifted ones too, whose follow-ups are not all done. */
  unfinished(what: readonly string[]): Cut[] {
    return [...this.#byOrder.values()].filter((cut) => what.some((name) => !cut.done.includes(name)));
  }

  /**
   * Holds from this call on in memory; resolves when it is on disk. A failed write leaves it standing in memory.
   */
  async cut(cut: Cut): Promise<void> {
    this.#byBroadcast.set(cut.broadcast, cut);
    this.#byOrder.set(cut.order, cut);
    await this.#append({ t: 'cut', cut }, true);
  }

  async report(order: string, report: CutReport): Promise<void> {
    const line: Line = { t: 'report', order, report };
    this.#apply(line);
    await this.#append(line, false);
  }

  async done(order: string, what: string): Promise<void> {
    const line: Line = { t: 'done', order, what };
    this.#apply(line);
    await this.#append(line, false);
  }

  /** Lifts a cut; resolves when that is on disk, and only then it no longer stands. */
  async lift(order: string, by: string, at: number): Promise<void> {
    const line: Line = { t: 'lifted', order, by, at };
    await this.#append(line, true);
    this.#apply(line);
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#file.close();
  }

  #apply(line: Line): void {
    switch (line.t) {
      case 'cut':
        this.#byBroadcast.set(line.cut.broadcast, line.cut);
        this.#byOrder.set(line.cut.order, line.cut);
        return;
      case 'report': {
        const cut = this.#byOrder.get(line.order);
        if (!cut) return;
        const edge = cut.edges[line.report.edge];
        cut.edges[line.report.edge] = {
          closedNoLaterThan: edge?.closedNoLaterThan ?? line.report.gatesClosedAt,
          report: line.report,
        };
        return;
      }
      case 'done': {
        const cut = this.#byOrder.get(line.order);
        if (cut && !cut.done.includes(line.what)) cut.done.push(line.what);
        return;
      }
      case 'lifted': {
        this.#lifted.set(line.order, line.by);
        const cut = this.#byOrder.get(line.order);
        if (cut && this.#byBroadcast.get(cut.broadcast) === cut) this.#byBroadcast.delete(cut.broadcast);
        return;
      }
    }
  }

  /** Writes follow one another, so that lines never mix; each sync covers its own line. */
  #append(line: Line, sync: boolean): Promise<void> {
    const bytes = `${JSON.stringify(line)}\n`;
    const written = this.#last
      .catch(() => {})
      .then(async () => {
        await this.#file.appendFile(bytes);
        if (sync) await this.#file.datasync();
      });
    this.#last = written;
    return written;
  }
}

/** What an edge is told of a cut. */
export const tombstoneOf = (cut: Cut): Tombstone => ({
  order: cut.order,
  broadcast: cut.broadcast,
  reason: cut.reason,
  ...(cut.clause === undefined ? {} : { clause: cut.clause }),
  orderedAt: cut.orderedAt,
});
