import type { HeldMessage, PublicMessage, RoomRecord } from './record.ts';

/** What stands on disk of a room. `items` are public messages in order of their offsets, without recalled ones. */
export type History = { offset: number; items: PublicMessage[]; held: HeldMessage[] };

/** What a room asks of the process it lives in. Every promise must settle within a bound of the host's own. */
export interface RoomHost {
  /**
   * Appends content records; resolves after they are on disk. Nothing is shown before. May be repeated with the
   * same records: a record already there (same id and kind) is not written twice.
   * @throws Problem `conflict` where another message already has the offset; anything else is tried again
   */
  commit(records: RoomRecord[]): Promise<void>;
  /**
   * Where the room stands on disk: its last offset, the held messages, and public messages in order: the first
   * `limit` after offset `after`, or without it the latest `limit`.
   */
  history(room: string, after: number | undefined, limit: number): Promise<History>;
  /** ms on the broadcast's output timeline now, for `pts`. */
  outputMs(room: string): number;
  /** False where the right to serve the room has run out; asked before each batch, so it must be cheap. */
  holds?(room: string): boolean;
}
