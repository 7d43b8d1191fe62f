/** Speakers of a room that are remembered: enough to tell a crowd. */
const MAX_SPEAKERS = 512;

type Speaker = { at: number; isNew: boolean };

/** Who spoke in each room lately, and how many of them are new accounts. Bounded by rooms and speakers. */
export class Newcomers {
  readonly #windowMs: number;
  readonly #maxRooms: number;
  readonly #rooms = new Map<string, Map<string, Speaker>>();

  constructor(windowMs: number, maxRooms: number) {
    this.#windowMs = windowMs;
    this.#maxRooms = maxRooms;
  }

  /** Counts a speaker; how many new accounts spoke within the window, and their share of all who did. */
  add(room: string, person: string, isNew: boolean, at: number): { count: number; share: number } {
    let speakers = this.#rooms.get(room);
    if (!speakers) {
      speakers = new Map();
      if (this.#rooms.size >= this.#maxRooms)
        for (const oldest of this.#rooms.keys()) {
          this.#rooms.delete(oldest);
          break;
        }
    }
    this.#rooms.delete(room);
    this.#rooms.set(room, speakers);
    speakers.delete(person);
    speakers.set(person, { at, isNew });
    for (const [who, speaker] of speakers) {
      if (speakers.size <= MAX_SPEAKERS && at - speaker.at <= this.#windowMs) break;
      speakers.delete(who);
    }
    if (!isNew) return { count: 0, share: 0 };
    let count = 0;
    for (const speaker of speakers.values()) if (speaker.isNew) count++;
    return { count, share: count / speakers.size };
  }
}
