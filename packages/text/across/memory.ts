import { Recent } from '../recent.ts';
import { contentOf, type Piece, type Utterance } from './utterance.ts';

/** How much is remembered, and for how long. */
export type Bounds = {
  /** ms after which a message no longer counts: of the same person, and of others. */
  personMs: number;
  roomMs: number;
  /** Rooms, and persons in each, that are remembered at most; half as many surely, those silent for longest go first. */
  rooms: number;
  persons: number;
  /** Messages of a person. */
  own: number;
  /** Short messages of a room, and code points of content up to which a message is short. */
  short: number;
  shortPoints: number;
};

/**
 * At most `rooms × (persons × own + short)` pieces of 64 UTF-16 units each; in practice what was said within a minute.
 */
const BOUNDS: Bounds = {
  personMs: 60_000,
  roomMs: 20_000,
  rooms: 10_000,
  persons: 2_000,
  own: 6,
  short: 12,
  shortPoints: 4,
};

/** Other persons of a room whose short messages are tried together with somebody's: the latest. */
const OTHERS = 4;

type Room = { persons: Recent<string, Piece[]>; short: Piece[] };

const NONE: readonly Piece[] = [];

/** What was said lately, room by room. */
export class Memory {
  readonly #bounds: Bounds;
  readonly #rooms: Recent<string, Room>;

  constructor(bounds: Partial<Bounds> = {}) {
    this.#bounds = { ...BOUNDS, ...bounds };
    this.#rooms = new Recent(this.#bounds.rooms, this.#bounds.personMs);
  }

  /** Pieces that are remembered. */
  get size(): number {
    let size = 0;
    for (const { persons, short } of this.#rooms.values()) {
      size += short.length;
      for (const pieces of persons.values()) size += pieces.length;
    }
    return size;
  }

  /** What a person said before in a room, oldest first. */
  ofPerson({ room, person, at }: Utterance): readonly Piece[] {
    const own = this.#rooms.get(room, at)?.persons.get(person, at) ?? NONE;
    const first = own.findIndex((piece) => at - piece.at <= this.#bounds.personMs);
    return first === 0 ? own : first < 0 ? NONE : own.slice(first);
  }

  /**
   * What a short message may complete with short ones of others: all of them in order, and those of this person with
   * one or two others each, so that what a third one says between does not part them. Nothing for a longer message.
   */
  *ofOthers({ room, person, at, text }: Utterance): Generator<readonly Piece[]> {
    if (!this.#isShort(text)) return;
    const short = (this.#rooms.get(room, at)?.short ?? []).filter(
      (piece) => at - piece.at <= this.#bounds.roomMs,
    );
    const others = [...new Set(short.toReversed().map((piece) => piece.person))]
      .filter((other) => other !== person)
      .slice(0, OTHERS);
    if (others.length === 0) return;
    yield short;
    if (others.length === 1) return;
    for (const [i, one] of others.entries()) {
      yield short.filter((piece) => piece.person === one || piece.person === person);
      if (others.length === 2) continue;
      for (const two of others.slice(i + 1))
        yield short.filter(
          (piece) => piece.person === one || piece.person === two || piece.person === person,
        );
    }
  }

  add({ room: id, person, text, at }: Utterance, piece: Piece): void {
    const { persons, own, short, personMs } = this.#bounds;
    let room = this.#rooms.get(id, at);
    if (!room) {
      room = { persons: new Recent(persons, personMs), short: [] };
      this.#rooms.set(id, room, at);
    }
    const pieces = room.persons.get(person, at) ?? NONE;
    const kept = pieces.length < own ? pieces : pieces.slice(pieces.length - own + 1);
    room.persons.set(person, [...kept, piece], at);
    if (this.#isShort(text)) room.short = [...room.short, piece].slice(-short);
  }

  forget(id: string, messages: readonly string[]): void {
    const room = this.#rooms.get(id);
    if (!room) return;
    const stays = (piece: Piece): boolean => !messages.includes(piece.id);
    room.short = room.short.filter(stays);
    for (const [person, pieces] of [...room.persons.entries()]) {
      if (pieces.every(stays)) continue;
      const rest = pieces.filter(stays);
      if (rest.length > 0) room.persons.set(person, rest);
      else room.persons.delete(person);
    }
  }

  close(room: string): void {
    this.#rooms.delete(room);
  }

  /** Whether a message may be a piece of something that others go on with: not a number, not one sign over and over. */
  #isShort(text: string): boolean {
    if (text.length > 8 * this.#bounds.shortPoints) return false;
    const points = [...contentOf(text)];
    return (
      points.length > 0 &&
      points.length <= this.#bounds.shortPoints &&
      points.some((point) => !/\p{N}/u.test(point)) &&
      (points.length === 1 || new Set(points).size > 1)
    );
  }
}
