import { Recent } from '../recent.ts';
import { Rates } from './rates.ts';
import { likeness, type Sketch, sketchOf } from './sketch.ts';

/**
 * How many alike messages came within the window: everywhere, in this room, of this person; and in how many rooms, all
 * in all and of this person.
 */
export type Alike = { all: number; inRoom: number; ofPerson: number; rooms: number; roomsOfPerson: number };

type Group = { id: number; sketch: Sketch; rooms: Set<string>; seenAt: number };

/** From this share of common pairs on two texts are the same but for a disguise. */
const SAME = 0.5;
/** Rooms of a group that are told apart. */
const MAX_ROOMS = 16;
/** Bands of a group, and counts kept beside it: everywhere, its rooms, its persons. */
const BANDS = 8;
const COUNTS = 8;

/**
 * Groups near-duplicates of all rooms. A group is known by its first text; it ends when nothing like it came for a
 * window. Bounded by groups, those silent for longest going first: about 2 kB each.
 */
export class AlikeGroups {
  readonly #windowMs: number;
  readonly #groups: Recent<number, Group>;
  /** A band whose group is gone leads nowhere until another group takes it. */
  readonly #byBand: Recent<number, number>;
  readonly #rates: Rates;
  /** Rooms in which a person said something of a group. */
  readonly #spread: Recent<string, Set<string>>;
  #ids = 0;

  constructor(windowMs: number, maxGroups: number) {
    this.#windowMs = windowMs;
    this.#groups = new Recent(maxGroups, windowMs);
    this.#byBand = new Recent(BANDS * maxGroups, windowMs);
    this.#rates = new Rates(windowMs, COUNTS * maxGroups);
    this.#spread = new Recent(maxGroups, windowMs);
  }

  get size(): number {
    return this.#groups.size;
  }

  /** Takes a text in; undefined where it is too short to be told from what everybody says. */
  add(text: string, room: string, person: string, at: number): Alike | undefined {
    const sketch = sketchOf(text);
    if (!sketch) return undefined;
    const group = this.#find(sketch, at) ?? this.#found(sketch, at);
    group.seenAt = at;
    if (group.rooms.size < MAX_ROOMS) group.rooms.add(room);
    return {
      all: this.#rates.add(`${group.id}`, at),
      inRoom: this.#rates.add(`${group.id} ${room}`, at),
      ofPerson: this.#rates.add(`${group.id} by ${person}`, at),
      rooms: group.rooms.size,
      roomsOfPerson: this.#roomsOf(`${group.id} ${person}`, room, at),
    };
  }

  #roomsOf(key: string, room: string, at: number): number {
    let rooms = this.#spread.get(key, at);
    if (!rooms) {
      rooms = new Set();
      this.#spread.set(key, rooms, at);
    }
    if (rooms.size < MAX_ROOMS) rooms.add(room);
    return rooms.size;
  }

  #find(sketch: Sketch, at: number): Group | undefined {
    for (const band of sketch.bands) {
      const id = this.#byBand.get(band, at);
      const group = id === undefined ? undefined : this.#groups.get(id, at);
      if (group && at - group.seenAt <= this.#windowMs && likeness(group.sketch, sketch) >= SAME)
        return group;
    }
    return undefined;
  }

  #found(sketch: Sketch, at: number): Group {
    const group = { id: ++this.#ids, sketch, rooms: new Set<string>(), seenAt: at };
    for (const band of sketch.bands) this.#byBand.set(band, group.id, at);
    this.#groups.set(group.id, group, at);
    return group;
  }
}
