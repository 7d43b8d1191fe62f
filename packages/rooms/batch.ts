import type { Clock, Timer } from '@weir/kit';
import type { Member } from './member.ts';

/** Sockets that are written to in one go; bounds how long one turn of the loop takes (about 5 ms). */
const LANE_SOCKETS = 512;
/** Time between pings: proxies close what is silent for 60 s. */
const PING_MS = 30_000;
/** Longest wait of a message for its batch: in a small room, and from `CROWD` sockets on. */
const SHORT_MS = 50;
const LONG_MS = 250;
const CROWD = 8_000;

/** Some of a room's sockets, all told the same up to `offset` (messages) and `seq` (everything else). */
export type Lane = {
  members: Member[];
  offset: number;
  seq: number;
  /** Whether a member waits for its history. */
  owing: boolean;
  /** Monotonic ms of the next ping. */
  pingAt: number;
};

/** Time between two batches to one socket in ms: 50 in a small room, 250 where `sockets` pass 8,000. */
export function batchPeriodMs(sockets: number): number {
  return SHORT_MS + (LONG_MS - SHORT_MS) * Math.min(1, sockets / CROWD);
}

/**
 * A room's sockets in lanes, flushed in turn: each lane once a period, evenly spread over it, so that a room of 10,000
 * never holds the loop that also serves media for longer than one lane takes. Quiet rooms have no timer.
 */
export class Lanes {
  readonly #clock: Clock;
  readonly #flush: (lane: Lane) => void;
  readonly #pending: (lane: Lane) => boolean;
  readonly #lanes: Lane[] = [];
  #timer: Timer | undefined;
  #turnAt: number;
  #next = 0;
  #sockets = 0;

  constructor(clock: Clock, pending: (lane: Lane) => boolean, flush: (lane: Lane) => void) {
    this.#clock = clock;
    this.#pending = pending;
    this.#flush = flush;
    this.#turnAt = clock.mono() - LONG_MS;
  }

  get sockets(): number {
    return this.#sockets;
  }

  /** Puts a member into a lane with space, or a new one that stands at `fresh`. */
  add(member: Member, fresh: { offset: number; seq: number }): Lane {
    let lane = this.#lanes.find((one) => one.members.length < LANE_SOCKETS);
    if (!lane) {
      const pingAt = this.#clock.mono() + PING_MS;
      lane = { members: [], offset: fresh.offset, seq: fresh.seq, owing: false, pingAt };
      this.#lanes.push(lane);
    }
    member.lane = lane;
    member.at = lane.members.length;
    lane.members.push(member);
    this.#sockets++;
    return lane;
  }

  remove(member: Member): void {
    const lane = member.lane;
    if (!lane) return;
    member.lane = undefined;
    this.#sockets--;
    const last = lane.members.pop() as Member;
    if (last !== member) {
      lane.members[member.at] = last;
      last.at = member.at;
    }
    if (lane.members.length === 0) this.#lanes.splice(this.#lanes.indexOf(lane), 1);
  }

  *members(): Generator<Member> {
    for (const lane of [...this.#lanes]) yield* [...lane.members];
  }

  /** Lanes whose ping is due, each handed out once a ping period. */
  *pingsDue(): Generator<Lane> {
    const now = this.#clock.mono();
    for (const lane of [...this.#lanes]) {
      if (lane.pingAt > now) continue;
      lane.pingAt = now + PING_MS;
      yield lane;
    }
  }

  /** Takes every member out. */
  clear(): Member[] {
    const members = [...this.members()];
    for (const member of members) member.lane = undefined;
    this.#lanes.length = 0;
    this.#sockets = 0;
    this.stop();
    return members;
  }

  /** Where all lanes stand once the room is read from disk; nobody has been told anything before. */
  start(offset: number): void {
    for (const lane of this.#lanes) lane.offset = offset;
  }

  /** What every lane has been told: the lowest offset and the lowest number of another event. */
  told(): { offset: number; seq: number } {
    let offset = Number.POSITIVE_INFINITY;
    let seq = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      offset = Math.min(offset, lane.offset);
      seq = Math.min(seq, lane.seq);
    }
    return { offset, seq };
  }

  /** Says that there is something to tell. */
  wake(): void {
    if (this.#timer || this.#lanes.length === 0) return;
    // After a rest the first turn comes at once, and only that one.
    this.#turnAt = Math.max(this.#turnAt, this.#clock.mono() - this.#stepMs());
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #stepMs(): number {
    return batchPeriodMs(this.#sockets) / Math.max(1, this.#lanes.length);
  }

  #arm(): void {
    const delayMs = this.#turnAt + this.#stepMs() - this.#clock.mono();
    this.#timer = this.#clock.after(Math.max(0, delayMs), () => this.#turn());
  }

  #turn(): void {
    this.#timer = undefined;
    const now = this.#clock.mono();
    const stepMs = this.#stepMs();
    // A late timer owes several lanes: each has a turn of the loop to itself, so that others come in between.
    const late = now - this.#turnAt > LONG_MS;
    this.#turnAt = late ? now : Math.min(now, this.#turnAt + stepMs);
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      this.#next = (this.#next + 1) % this.#lanes.length;
      const lane = this.#lanes[this.#next] as Lane;
      if (!this.#pending(lane)) continue;
      this.#flush(lane);
      break;
    }
    if (this.#lanes.some(this.#pending)) this.#arm();
  }
}
