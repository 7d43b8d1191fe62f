import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, Problem } from '@weir/kit';
import type { Found, LogName, LogProof } from '@weir/ledger';
import type { Clip, ClipPart } from '@weir/media/tap/clip.ts';
import { piecesOf } from '@weir/media/tap/shelf.ts';
import { type Bundle, RECORDED, writeBundle } from '../evidence/bundle.ts';
import { shownDigest } from '../evidence/shown.ts';
import type { Actor, Control } from './control.ts';

/** Where finished bundles lie, under DATA. */
const FOLDER = 'clips';
/** A bundle is fetched soon after it is made; what must stay longer is held, or made again. */
export const KEPT_MS = 24 * 3_600_000;
/** Bundles that stand at once, and bytes of all together. */
const MOST_BUNDLES = 100;
const MOST_BYTES = 20e9;
/** Those who may wait for their turn: cutting reads and writes as fast as the disk does. */
const MOST_WAITING = 4;
/** Records that one bundle proves. */
const MOST_RECORDS = 20_000;
/** A recorded file has its record within this of its end. */
const RECORDED_WITHIN_MS = 10 * 60_000;

export type ClipOrder = { from: number; to: number; ground: string; note?: string | undefined };
/** A finished bundle. */
export type Made = {
  id: string;
  broadcast: string;
  parts: ClipPart[];
  records: number;
  bytes: number;
  until: number;
};

/**
 * Evidence clips: cut, proved, packed, and gone after a day. One is made at a time.
 * A derived store of pictures and text: `sweep` and `drop` are its purge.
 */
export class Clips {
  readonly #folder: string;
  readonly #control: Control;
  readonly #made = new Map<string, Made>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(control: Control, folder: string) {
    this.#control = control;
    this.#folder = folder;
  }

  /** Bundles of an earlier run have nobody left who knows them: they go. */
  static async open(control: Control): Promise<Clips> {
    const folder = join(control.config.dataDir, FOLDER);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Clips(control, folder);
  }

  /**
   * Cuts a clip out of what was recorded of a broadcast, and packs it with its proofs.
   * @throws Problem `bad_request`, `not_found` and `conflict` as `cutClip`; `busy` where too many wait;
   *   `database_unavailable`: what cannot be recorded is not handed out
   */
  make(broadcast: string, order: ClipOrder, actor: Actor): Promise<Made> {
    return this.#inTurn(() => this.#make(broadcast, order, actor));
  }

  /**
   * Cuts a stretch to be looked at, as far as it is recorded yet: the part that is on at `from`. Whoever reads the
   * file removes it.
   * @throws Problem as `cutClip`, and `busy`
   */
  view(
    broadcast: string,
    { from, to }: { from: number; to: number },
  ): Promise<{ path: string; part: ClipPart; remove: () => Promise<void> }> {
    return this.#inTurn(async () => {
      const shelf = this.#control.recordings;
      const folder = join(this.#folder, newId());
      const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
      await mkdir(folder, { mode: 0o700 });
      try {
        const { cutClip } = await import('@weir/media/tap/clip.ts');
        const written = (await shelf.list(broadcast, { from, to })).find(({ toMs }) => toMs === undefined);
        const { parts } = await cutClip(
          shelf,
          broadcast,
          { from, to: Math.min(to, written?.fromMs ?? to) },
          folder,
        );
        const part = parts.find(({ toMs }) => toMs >= from) ?? (parts[0] as ClipPart);
        return { path: join(folder, part.file), part, remove };
      } catch (why) {
        await remove();
        throw why;
      }
    });
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw new Problem('busy', 'Other clips are being cut; ask again soon');
    this.#waiting++;
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }

  get(id: string): Made | undefined {
    return this.#made.get(id);
  }

  /** The bundle's file. */
  pathOf(id: string): string {
    return join(this.#folder, `${id}.zip`);
  }

  /** Removes what is over a day old; how many bundles, and their bytes. */
  async sweep(): Promise<{ removed: number; bytes: number }> {
    const now = this.#control.clock.now();
    const over = [...this.#made.values()].filter(({ until }) => until <= now);
    for (const { id } of over) await this.#remove(id);
    return { removed: over.length, bytes: over.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Removes everything that was made of a broadcast. */
  async drop(broadcast: string): Promise<void> {
    for (const made of this.#made.values()) if (made.broadcast === broadcast) await this.#remove(made.id);
  }

  async #remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
    this.#made.delete(id);
  }

  async #make(broadcast: string, order: ClipOrder, actor: Actor): Promise<Made> {
    await this.#room();
    const { clock, ledger, recordings: shelf } = this.#control;
    const id = newId();
    const folder = join(this.#folder, id);
    await mkdir(folder, { mode: 0o700 });
    try {
      // Loaded when the first clip is cut: nobody waits for it at the start.
      const { cutClip } = await import('@weir/media/tap/clip.ts');
      const clip = await cutClip(shelf, broadcast, order, folder);
      const content = await this.#content(broadcast, order);
      const records = await this.#recorded(broadcast, clip);
      const decided = await this.#find({ log: 'moderation', broadcast, ...order });
      const began = clock.now();
      const shown = shownDigest({
        content: [...content, ...records].map(({ n }) => n),
        moderation: decided.map(({ n }) => n),
      });
      await this.#record({ id, broadcast, order, clip, shown, actor });
      await ledger.sign();
      const custody = (
        await this.#find({ log: 'access', kind: 'evidence.clipped', broadcast, from: began })
      ).filter((one) => one.id === id);
      const proofs: [LogName, Found[]][] = [
        ['content', [...content, ...records]],
        ['moderation', decided],
        ['access', custody],
      ];
      const bundle: Bundle = {
        v: 1,
        id,
        broadcast,
        asked: { from: order.from, to: order.to },
        parts: clip.parts,
        recorded: records.map(({ n }, i) => ({ file: `${RECORDED}${i + 1}.flv`, n })),
        proofs: await this.#prove(proofs),
      };
      const files = clip.segments.map(({ path }, i) => ({
        file: `${RECORDED}${i + 1}.flv`,
        read: async () => piecesOf(await shelf.open(path)),
      }));
      await writeBundle(this.pathOf(id), bundle, { folder, files });
      const { size: bytes } = await stat(this.pathOf(id));
      const made = {
        id,
        broadcast,
        parts: clip.parts,
        records: content.length + decided.length,
        bytes,
        until: clock.now() + KEPT_MS,
      };
      this.#made.set(id, made);
      return made;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #room(): Promise<void> {
    await this.sweep();
    const bytes = [...this.#made.values()].reduce((sum, made) => sum + made.bytes, 0);
    if (this.#made.size >= MOST_BUNDLES || bytes >= MOST_BYTES)
      throw new Problem('busy', 'Too many clips stand; the oldest goes within a day');
  }

  /** What was said and shown in the stretch. */
  #content(broadcast: string, { from, to }: ClipOrder): Promise<Found[]> {
    return this.#find({ log: 'content', broadcast, from, to });
  }

  /** The record of each recorded file, in the order of the files. */
  async #recorded(broadcast: string, { segments }: Clip): Promise<Found[]> {
    const from = segments[0]?.fromMs ?? 0;
    const to = (segments.at(-1)?.toMs ?? 0) + RECORDED_WITHIN_MS;
    const found = await this.#find({ log: 'content', kind: 'segment.recorded', broadcast, from, to });
    const byPath = new Map(found.map((record) => [(record as { path?: unknown }).path, record]));
    return segments.map(({ path }) => {
      const record = byPath.get(path);
      if (!record)
        throw new Problem('conflict', 'A recorded file is not in the log yet; ask again in some seconds');
      return record;
    });
  }

  async #record(taken: {
    id: string;
    broadcast: string;
    order: ClipOrder;
    clip: Clip;
    shown: string;
    actor: Actor;
  }): Promise<void> {
    const { id, broadcast, order, clip, shown, actor } = taken;
    const { database, outbox, clock } = this.#control;
    const { from, to, ground, note } = order;
    await database.write((trx) =>
      outbox.record(trx, 'access', {
        kind: 'evidence.clipped',
        ts: clock.now(),
        id,
        broadcast,
        user: actor.id,
        ground,
        ...(note ? { note } : {}),
        from,
        to,
        parts: clip.parts.map(({ hash }) => hash),
        stretches: clip.parts.map(({ fromMs, toMs }) => [fromMs, toMs]),
        shown,
      }),
    );
    await outbox.flush();
  }

  async #find(query: Parameters<Control['ledger']['search']>[0]): Promise<Found[]> {
    const { log, kind, broadcast, from, to } = query;
    const narrowed = {
      ...(log ? { log } : {}),
      ...(kind ? { kind } : {}),
      ...(broadcast ? { broadcast } : {}),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      limit: MOST_RECORDS + 1,
      // What outlived its day is proved by a hold, not by a clip.
      kept: false as const,
    };
    const found = await Array.fromAsync(this.#control.ledger.search(narrowed));
    if (found.length > MOST_RECORDS)
      throw new Problem(
        'bad_request',
        `More than ${MOST_RECORDS} records lie in this stretch; ask for a shorter one`,
      );
    return found;
  }

  async #prove(proofs: readonly [LogName, Found[]][]): Promise<Bundle['proofs']> {
    const made: Partial<Record<LogName, LogProof>> = {};
    for (const [log, records] of proofs) {
      const numbers = [...new Set(records.map(({ n }) => n))].sort((a, b) => a - b);
      if (numbers.length > 0) made[log] = await this.#control.ledger.prove(log, numbers);
    }
    return made;
  }
}
