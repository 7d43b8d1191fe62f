import { schedule } from '@weir/kit';
import type { ContentRecord, MessageAct } from '../wire.ts';
import type { Control } from './control.ts';

/** A message of a flood machine that its author alone has seen; times are wall ms, `toldAt` null until they are told. */
export type AloneMessage = {
  id: string;
  room: string;
  user: string;
  at: number;
  tellAt: number;
  toldAt: number | null;
};

/** Code of their records (`message.refused`), as rooms write it. */
const CODE = 'flood_machine';
/** Messages that are listed, the oldest told ones going first, and for how long. */
const MAX_LISTED = 10_000;
const LISTED_MS = 30 * 86_400_000;
/** How far back a start looks in the ledger for what the snapshot may have missed: longer than any term. */
const BACK_MS = 3_600_000;
const MAX_BACK = 20_000;
/** Messages told in one go. */
const MAX_TOLD = 500;

type Refused = Extract<ContentRecord, { kind: 'message.refused' }>;

/**
 * Messages that were shown to their author alone. Whoever is taken for a flood machine is told of each when its term is
 * over, at the latest ten minutes after it: in the room where they are, else among their own messages. Control keeps the
 * time, so that a restarted edge changes nothing; the ledger has each message, so that a restarted control does neither.
 */
export class AloneMessages {
  readonly #control: Control;
  readonly #messages = new Map<string, AloneMessage>();
  readonly #due = new Set<string>();

  constructor(control: Control) {
    this.#control = control;
    for (const one of control.journal.values<AloneMessage>('alone')) this.#messages.set(one.id, one);
  }

  /** Takes up what waits from before. */
  async start(): Promise<void> {
    const { ledger, clock, log } = this.#control;
    for (const one of this.#messages.values()) if (one.toldAt === null) this.#plan(one);
    const query = { log: 'content', kind: 'message.refused', from: clock.now() - BACK_MS, limit: MAX_BACK };
    try {
      for await (const record of ledger.search({ ...query, log: 'content' }))
        this.#take(record as unknown as Refused);
    } catch (why) {
      log.error({ err: why }, 'messages shown to their author alone could not be looked for');
    }
  }

  /** What an edge has written, once it stands. */
  take(records: readonly ContentRecord[]): void {
    for (const record of records) if (record.kind === 'message.refused') this.#take(record);
  }

  /** Whether its author does not know yet that nobody else sees a message. */
  waits(id: string): boolean {
    return this.#messages.get(id)?.toldAt === null;
  }

  /** The latest first, from the one before `after` on. */
  list(after: string | undefined, limit: number): AloneMessage[] {
    const found: AloneMessage[] = [];
    for (const one of [...this.#messages.values()].reverse()) {
      if (after !== undefined && one.id >= after) continue;
      if (found.push(one) === limit) break;
    }
    return found;
  }

  #take({ id, room, user, ts, code, tellAt }: Refused): void {
    if (code !== CODE || tellAt === undefined || this.#messages.has(id)) return;
    const one: AloneMessage = { id, room, user, at: ts, tellAt, toldAt: null };
    this.#keep(one);
    this.#plan(one);
    this.#forget();
  }

  #keep(one: AloneMessage): void {
    this.#messages.set(one.id, one);
    this.#control.journal.put('alone', one.id, one);
  }

  /** One order tells a person of all that ends at the same time in a room. */
  #plan({ room, user, tellAt }: AloneMessage): void {
    const key = `${room} ${user} ${tellAt}`;
    if (this.#due.has(key)) return;
    this.#due.add(key);
    schedule(this.#control.clock, tellAt, () => {
      this.#due.delete(key);
      void this.#tell(room, user, tellAt);
    });
  }

  async #tell(room: string, user: string, tellAt: number): Promise<void> {
    const { ledger, clock, edges, log } = this.#control;
    const all = [...this.#messages.values()].filter(
      (one) => one.room === room && one.user === user && one.tellAt <= tellAt && one.toldAt === null,
    );
    for (let from = 0; from < all.length; from += MAX_TOLD) {
      const some = all.slice(from, from + MAX_TOLD);
      const ts = clock.now();
      const since = Math.min(...some.map(({ at }) => at));
      // From now on they are among the author's own messages: told, whether they are in the room or not.
      for (const one of some) this.#keep({ ...one, toldAt: ts });
      const ids = some.map(({ id }) => id);
      const act: MessageAct = { room, op: 'alone', user, ids, since, id: ids[0] as string };
      await Promise.all([
        ledger
          .append(
            ids.map((id) => ({ kind: 'message.told', ts, room, broadcast: room, user, id, code: CODE })),
          )
          .catch((why: Error) => log.error({ why: why.message }, 'that a message was told stands nowhere')),
        edges
          .ask(room, 'message', act)
          .catch((why: Error) => log.info({ why: why.message }, 'the author is not told in the room')),
      ]);
    }
  }

  #forget(): void {
    const from = this.#control.clock.now() - LISTED_MS;
    for (const one of this.#messages.values()) {
      if (this.#messages.size <= MAX_LISTED && one.at >= from) return;
      // What nobody was told yet stays, however many there are: bounded by the rates of ten minutes.
      if (one.toldAt === null) return;
      this.#messages.delete(one.id);
      this.#control.journal.delete('alone', one.id);
    }
  }
}
