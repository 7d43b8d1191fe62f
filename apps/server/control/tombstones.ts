import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Disk } from '@weir/ledger/disk.ts';
import { SyncedLines } from '../syncedLines.ts';
import type { CutReport, Tombstone } from '../wire.ts';

/** A cut as control knows it: the order, who gave it, what each edge reported, and whether it was lifted. */
export type Cut = Tombstone & {
  by: string;
  /** The moderation record with facts and note, sealed under its day key (base64): no text in clear here. */
  sealed?: { day: string; bytes: string } | undefined;
  /** Edges that had to close, each with the last instant its lease could have served. */
  edges: Record<string, { closedNoLaterThan: number; report?: CutReport }>;
  /** Follow-ups that are done. */
  done: string[];
};

/** What follows a cut, each part by itself and by order id: a failed part is tried again, the cut stands. */
export const FOLLOW_UPS = ['content', 'hooks', 'database'] as const;

type Line =
  | { t: 'cut'; cut: Cut }
  | { t: 'report'; order: string; report: CutReport }
  | { t: 'done'; order: string; what: string }
  | { t: 'lifted'; order: string; by: string; at: number };

/**
 * The tombstones on control's own disk (DATA/control/tombstones.ndjson). They outrank leases, rows and restarts:
 * a broadcast that has one is cut whatever else says otherwise. A cut that was lifted and has all its follow-ups
 * behind it leaves only the two order ids.
 */
export class Tombstones {
  readonly #byBroadcast = new Map<string, Cut>();
  readonly #byOrder = new Map<string, Cut>();
  readonly #lifted = new Map<string, { by: string; at: number }>();
  /** In force, but not on disk yet. */
  readonly #unsafe = new Map<string, Cut>();
  #lines: SyncedLines<Line> | undefined;

  static async open(path: string, disk?: Disk): Promise<Tombstones> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const tombstones = new Tombstones();
    tombstones.#lines = await SyncedLines.open<Line>({
      path,
      disk,
      apply: (line) => tombstones.#apply(line),
      whole: () => tombstones.#whole(),
    });
    return tombstones;
  }

  /** What a file of them says, which nobody has open; nothing is written. @throws Error where a line in it is none */
  static read(text: string): Tombstones {
    const tombstones = new Tombstones();
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (line === '') continue;
      try {
        tombstones.#apply(JSON.parse(line) as Line);
      } catch {
        // A torn last line was never acknowledged.
        if (index < lines.length - 1) throw new Error(`line ${index + 1} is no tombstone`);
      }
    }
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
    return this.#lifted.get(order)?.by;
  }

  /** When this order was lifted, wall ms; undefined where it stands, or never was. */
  liftedAt(order: string): number | undefined {
    return this.#lifted.get(order)?.at;
  }

  standing(): IterableIterator<Cut> {
    return this.#byBroadcast.values();
  }

  /** Cuts, lifted ones too, whose follow-ups are not all done. */
  unfinished(): Cut[] {
    return [...this.#byOrder.values()].filter((cut) => !isDone(cut));
  }

  /** Holds from this call on in memory; resolves when it is on disk. A failed write leaves it standing in memory. */
  cut(cut: Cut): Promise<void> {
    this.#apply({ t: 'cut', cut });
    this.#unsafe.set(cut.order, cut);
    return this.settle(cut);
  }

  /** Resolves when this cut is on disk; tries again where an earlier write failed. */
  async settle(cut: Cut): Promise<void> {
    if (!this.#unsafe.has(cut.order)) return;
    await this.#append({ t: 'cut', cut });
    this.#unsafe.delete(cut.order);
  }

  /** Cuts that a failed disk still owes; whoever sweeps tries them again. */
  unsafe(): Cut[] {
    return [...this.#unsafe.values()];
  }

  async report(order: string, report: CutReport): Promise<void> {
    const line: Line = { t: 'report', order, report };
    this.#apply(line);
    await this.#append(line);
  }

  async done(order: string, what: string): Promise<void> {
    const line: Line = { t: 'done', order, what };
    this.#apply(line);
    await this.#append(line);
  }

  /** Lifts a cut; resolves when that is on disk, and only then it no longer stands. */
  async lift(order: string, by: string, at: number): Promise<void> {
    const line: Line = { t: 'lifted', order, by, at };
    await this.#append(line);
    this.#apply(line);
  }

  async close(): Promise<void> {
    await this.#lines?.close();
  }

  #append(line: Line): Promise<void> {
    if (!this.#lines) return Promise.reject(new Error('tombstones are not open'));
    return this.#lines.append(line);
  }

  #whole(): Line[] {
    const lines: Line[] = [];
    for (const [order, cut] of this.#byOrder) {
      if (this.#lifted.has(order) && isDone(cut)) {
        this.#byOrder.delete(order);
        continue;
      }
      const { sealed, ...rest } = cut;
      lines.push({ t: 'cut', cut: cut.done.includes('database') ? rest : { ...rest, sealed } });
    }
    for (const [order, { by, at }] of this.#lifted) lines.push({ t: 'lifted', order, by, at });
    return lines;
  }

  #apply(line: Line): void {
    switch (line.t) {
      case 'cut':
        this.#byOrder.set(line.cut.order, line.cut);
        if (!this.#lifted.has(line.cut.order)) this.#byBroadcast.set(line.cut.broadcast, line.cut);
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
        this.#lifted.set(line.order, { by: line.by, at: line.at });
        const cut = this.#byOrder.get(line.order);
        if (cut && this.#byBroadcast.get(cut.broadcast) === cut) this.#byBroadcast.delete(cut.broadcast);
        return;
      }
    }
  }
}

const isDone = (cut: Cut): boolean => FOLLOW_UPS.every((part) => cut.done.includes(part));

/** What an edge is told of a cut. */
export const tombstoneOf = (cut: Cut): Tombstone => ({
  order: cut.order,
  broadcast: cut.broadcast,
  reason: cut.reason,
  ...(cut.clause === undefined ? {} : { clause: cut.clause }),
  orderedAt: cut.orderedAt,
});
