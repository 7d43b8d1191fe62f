import { Problem } from '@weir/kit';
import type { History, RoomHost } from '../host.ts';
import type { HeldMessage, PublicMessage, RoomRecord } from '../record.ts';

/**
 * A disk that outlives any number of `Rooms`: what control's ledger does for a room, in memory. Faults are asked for
 * by `next`: `lose` does nothing and fails, `late` writes and fails, as when the answer is lost on its way.
 */
export class Disk implements RoomHost {
  readonly records: RoomRecord[] = [];
  readonly next: ('lose' | 'late')[] = [];
  /** Everything fails until this is false. */
  down = false;
  /** How long a commit takes: a promise to wait for. */
  wait: () => Promise<unknown> = () => Promise.resolve();
  pts = 0;

  async commit(records: RoomRecord[]): Promise<void> {
    await this.wait();
    if (this.down) throw new Problem('bus_no_responder');
    const fault = this.next.shift();
    if (fault === 'lose') throw new Problem('bus_timeout');
    for (const record of records) {
      if (this.records.some((one) => one.kind === record.kind && one.id === record.id)) continue;
      const taken =
        record.kind === 'message.published' &&
        this.published(record.room).some((one) => one.offset === record.offset);
      if (taken) throw new Problem('conflict');
      this.records.push(structuredClone(record));
    }
    if (fault === 'late') throw new Problem('bus_timeout');
  }

  async history(room: string, after: number | undefined, limit: number): Promise<History> {
    await this.wait();
    if (this.down) throw new Problem('bus_no_responder');
    const all = this.published(room);
    const recalled = new Set(this.records.flatMap((r) => (r.kind === 'message.recalled' ? [r.id] : [])));
    const shown = all.filter((one) => !recalled.has(one.id) && one.offset > (after ?? 0));
    return {
      offset: all.at(-1)?.offset ?? 0,
      items: after === undefined ? shown.slice(-limit) : shown.slice(0, limit),
      held: this.#held(room),
    };
  }

  outputMs(): number {
    return this.pts;
  }

  /** Published messages of a room in order, recalled ones too. */
  published(room: string): PublicMessage[] {
    return this.records.flatMap((r) =>
      r.kind === 'message.published' && r.room === room
        ? [
            {
              id: r.id,
              offset: r.offset,
              user: { id: r.user, nickname: r.nickname },
              text: r.text,
              ts: new Date(r.ts).toISOString(),
              pts: r.pts,
            },
          ]
        : [],
    );
  }

  #held(room: string): HeldMessage[] {
    const decided = new Set(
      this.records.flatMap((r) =>
        r.kind === 'message.published' || r.kind === 'message.refused' ? [r.id] : [],
      ),
    );
    return this.records.flatMap((r) =>
      r.kind === 'message.held' && r.room === room && !decided.has(r.id)
        ? [
            {
              id: r.id,
              user: { id: r.user, nickname: r.nickname },
              text: r.text,
              ts: new Date(r.ts).toISOString(),
              pts: r.pts,
              mode: r.mode,
              ...(r.category ? { category: r.category } : {}),
              ...(r.hits ? { hits: r.hits } : {}),
              ...(r.trace ? { trace: r.trace } : {}),
            },
          ]
        : [],
    );
  }
}
