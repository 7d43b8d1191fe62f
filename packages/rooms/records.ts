import type { Clock } from '@weir/kit';
import type { Held } from './held.ts';
import type { Author, PublicMessage, RoomRecord } from './record.ts';
import type { Screened } from './screen.ts';

/** What a record says of the screen: nothing where nothing was found. */
const found = ({ category, hits, trace }: Screened) => ({
  ...(category ? { category } : {}),
  ...(hits.length > 0 ? { hits } : {}),
  ...(trace.length > 0 ? { trace } : {}),
});

/** Makes the records of one room. */
export class Records {
  readonly #room: string;
  readonly #clock: Clock;

  constructor(room: string, clock: Clock) {
    this.#room = room;
    this.#clock = clock;
  }

  published({ id, offset, user, text, pts }: PublicMessage, ts: number): RoomRecord {
    const author = { user: user.id, nickname: user.nickname };
    return { kind: 'message.published', ts, ...this.#place(id), ...author, offset, text, pts };
  }

  held({ id, user, text, waits, screened }: Held, ts: number, pts: number): RoomRecord {
    return {
      kind: 'message.held',
      ts,
      ...this.#place(id),
      user: user.id,
      nickname: user.nickname,
      text,
      pts,
      mode: waits,
      ...found(screened),
    };
  }

  refused(
    id: string,
    user: Author,
    text: string,
    code: string,
    screened: Screened,
    tellAt?: number,
  ): RoomRecord {
    const ts = this.#clock.now();
    return {
      kind: 'message.refused',
      ts,
      ...this.#place(id),
      user: user.id,
      nickname: user.nickname,
      text,
      code,
      ...(tellAt === undefined ? {} : { tellAt }),
      ...found(screened),
    };
  }

  recalled(id: string, by: string, reason: string): RoomRecord {
    return { kind: 'message.recalled', ts: this.#clock.now(), ...this.#place(id), by, reason };
  }

  #place(id: string): { room: string; broadcast: string; id: string } {
    return { room: this.#room, broadcast: this.#room, id };
  }
}
