import { type Clock, newId } from '@weir/kit';
import type { Allowance, Ref, RefusalCode, ServerEvent } from './event.ts';
import type { Held, HeldMessages } from './held.ts';
import type { Entry } from './journal.ts';
import { MAX_TEXT_POINTS } from './limits.ts';
import type { Member } from './member.ts';
import type { PaceRefusal } from './pace.ts';
import type { Author, GateMode, PublicMessage } from './record.ts';
import type { Records } from './records.ts';
import { type Refusal, refusedEvent } from './refusal.ts';
import { ALONE_CODE, clean, isBlank, pointsIn, type Screen, type Screened } from './screen.ts';

/** What speaking asks of its room. */
export type Floor = {
  readonly room: string;
  readonly clock: Clock;
  readonly records: Records;
  readonly held: HeldMessages;
  readonly screen: Screen;
  mode(): GateMode;
  /** Why nothing can be said here now, whoever asks. */
  closed(): RefusalCode | undefined;
  pace(user: string, text: string): PaceRefusal | undefined;
  allowance(user: string): Allowance | undefined;
  outputMs(): number;
  /** False where too many records wait for the disk. */
  push(entry: Entry): boolean;
  show(message: PublicMessage): void;
  /** A message on disk that its author was told is refused: nobody is to see it. */
  takeBack(id: string, offset: number): void;
  /** A held message that its author was told is refused. */
  giveUp(held: Held): void;
  keep(held: Held): void;
  count(what: 'refused'): void;
};

/**
 * The way of one message from its sender to the gate: pace, screen, then shown, held or refused. To each `send` there is
 * exactly one answer, and none before what it says is on disk.
 */
export class Speech {
  readonly #floor: Floor;

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  send(member: Member, ref: Ref, raw: string): void {
    const floor = this.#floor;
    const refuse = (refusal: Refusal): void => {
      floor.count('refused');
      member.tell(refusedEvent(ref, refusal));
    };
    const { user, address } = member;
    const text = clean(raw);
    const objection = this.#objection(user, text);
    if (objection) refuse(objection);
    if (objection || !user) return;
    const sent = { room: floor.room, id: newId(), user, text, address };
    const screened = floor.screen(sent);
    if (screened.momentary) {
      refuse({ code: screened.momentary, ...tellable(screened) });
      return;
    }
    const failed = (code: RefusalCode): void => refuse({ code });
    let entry: Entry;
    if (screened.verdict === 'refuse' || screened.verdict === 'mute') {
      entry = this.#refused(sent, screened, refuse, failed);
    } else if (screened.verdict === 'alone' && floor.mode() === 'open') {
      entry = this.#alone(sent, screened, (event) => member.tell({ ...event, ref }), failed);
    } else if (screened.verdict === 'pass' && floor.mode() === 'open') {
      entry = this.#fresh(sent, (event) => member.tell({ ...event, ref }), failed);
    } else {
      if (floor.held.full) {
        refuse({ code: 'slow' });
        return;
      }
      const waits = floor.mode() === 'delay' && screened.verdict === 'pass' ? 'delay' : 'review';
      const held: Held = { ...sent, since: floor.clock.mono(), waits, screened, moving: false };
      entry = this.#held(held, (event) => member.tell({ ...event, ref }), failed);
    }
    if (!floor.push(entry)) refuse({ code: 'slow' });
  }

  /** Why this person may not say this now, before anybody looks at what it says; counts it where they may. */
  #objection(user: Author | undefined, text: string): Refusal | undefined {
    const closed = this.#floor.closed();
    if (closed === 'cut') return { code: 'cut' };
    if (!user) return { code: 'sign_in' };
    if (closed) return { code: closed };
    if (pointsIn(text) > MAX_TEXT_POINTS) return { code: 'too_long' };
    if (isBlank(text)) return { code: 'content', detail: 'There is nothing to read in it' };
    const paced = this.#floor.pace(user.id, text);
    if (!paced) return;
    const { code, waitMs, why } = paced;
    return { code, waitMs, detail: `${why}; again in ${Math.ceil(waitMs / 1000)} s` };
  }

  #refused(
    { id, user, text }: { id: string; user: Author; text: string },
    screened: Screened,
    refuse: (refusal: Refusal) => void,
    failed: (code: RefusalCode) => void,
  ): Entry {
    const code = screened.verdict === 'mute' ? 'muted' : 'content';
    return {
      id,
      numbered: false,
      record: () => this.#floor.records.refused(id, user, text, code, screened),
      committed: () => refuse({ code, id, ...tellable(screened) }),
      failed,
    };
  }

  /** A message that nobody but its author sees, who is told so by another process when its time has come. */
  #alone(
    { id, user, text }: { id: string; user: Author; text: string },
    screened: Screened,
    tell: (event: Ack) => void,
    failed: (code: RefusalCode) => void,
  ): Entry {
    const floor = this.#floor;
    const tellAt = screened.until ?? floor.clock.now();
    return {
      id,
      numbered: false,
      record: () => floor.records.refused(id, user, text, ALONE_CODE, screened, tellAt),
      committed: () => {
        floor.count('refused');
        tell({ t: 'ack', id, state: 'shown', ...floor.allowance(user.id) });
      },
      failed,
    };
  }

  /** A message on its way through the open gate. */
  #fresh(
    { id, user, text }: { id: string; user: Author; text: string },
    tell: (event: Ack) => void,
    failed: (code: RefusalCode) => void,
  ): Entry {
    const floor = this.#floor;
    const pts = floor.outputMs();
    let message: PublicMessage | undefined;
    return {
      id,
      numbered: true,
      record: (offset) => {
        const ts = floor.clock.now();
        message = { id, offset, user, text, ts: new Date(ts).toISOString(), pts };
        return floor.records.published(message, ts);
      },
      committed: () => {
        floor.show(message as PublicMessage);
        tell({ t: 'ack', id, state: 'shown', ...floor.allowance(user.id) });
      },
      failed,
      // Its author was told that it is refused: nobody is to see it.
      found: (offset) => floor.takeBack(id, offset),
    };
  }

  /** A message that waits in the gate. */
  #held(held: Held, tell: (event: Ack) => void, failed: (code: RefusalCode) => void): Entry {
    const floor = this.#floor;
    const { id, user, screened } = held;
    const pts = floor.outputMs();
    const ts = floor.clock.now();
    const { category } = screened;
    return {
      id,
      numbered: false,
      record: () => floor.records.held(held, ts, pts),
      committed: () => {
        tell({ t: 'ack', id, state: 'held', ...(category ? { category } : {}), ...floor.allowance(user.id) });
        floor.keep(held);
      },
      failed,
      found: () => floor.giveUp(held),
    };
  }
}

type Ack = Omit<Extract<ServerEvent, { t: 'ack' }>, 'ref'>;

/** What a sender may know of the screen's reasons. */
const tellable = ({ category, waitMs, until, reason }: Screened) => ({ category, waitMs, until, reason });
