import type { Timer } from '@weir/kit';
import { type Lane, Lanes } from './batch.ts';
import { type Allowance, encodeEvent, type ServerEvent } from './event.ts';
import { batchFrame, PING } from './frame.ts';
import { JOIN_HISTORY } from './limits.ts';
import type { Member } from './member.ts';
import type { Memory } from './memory.ts';
import { replay } from './replay.ts';
import type { Wiring } from './wiring.ts';

/** Least time between two presence counts: DOORS.md wants `online`, not each coming and going. */
const ONLINE_MS = 2_000;
/** Wait before a replay is tried again when the disk did not answer. */
const REPLAY_AGAIN_MS = 1_000;

/** What the audience asks of its room. */
export type Stage = {
  readonly memory: Memory;
  /** Whether messages may pass now: history and replays too. */
  passes(): boolean;
  /** False until the room is read from disk: nobody is told anything before. */
  isOpen(): boolean;
  /** How much somebody may still say, told before it bites. */
  allowance(user: string): Allowance | undefined;
  /** What a newcomer is told after `hello` and history: gate, slow mode. */
  state(): ServerEvent[];
};

/**
 * The members of a room and what each has been told. A newcomer is told all up to its lane's offset and then lives
 * with the lane: no gap, no double. Messages come from `Memory` by offset; all else is a numbered list of its own, so
 * that a closed gate stops the one and not the other.
 */
export class Audience {
  readonly #wiring: Wiring;
  readonly #stage: Stage;
  readonly #lanes: Lanes;
  #others: { seq: number; json: string }[] = [];
  #seq = 0;
  #onlineTimer: Timer | undefined;
  #onlineTold = 0;
  #history: { offset: number; version: number; frame: Buffer | undefined } | undefined;

  constructor(wiring: Wiring, stage: Stage) {
    this.#wiring = wiring;
    this.#stage = stage;
    this.#lanes = new Lanes(
      wiring.clock,
      (lane) => this.#pending(lane),
      (lane) => this.#flush(lane),
    );
  }

  get online(): number {
    return this.#lanes.sockets;
  }

  /** Lowest offset that every member has been told; infinite without members. */
  get toldTo(): number {
    return this.#lanes.told().offset;
  }

  members(): Iterable<Member> {
    return this.#lanes.members();
  }

  /** Takes a member in: told at once, or as soon as the room is read. */
  join(member: Member): void {
    const lane = this.#lanes.add(member, { offset: this.#stage.memory.offset, seq: this.#seq });
    this.#countOnline();
    if (this.#stage.isOpen()) this.#give(member, lane);
    else {
      // What it sends is read after its hello.
      lane.owing = true;
      member.ws.pause();
    }
  }

  leave(member: Member): void {
    if (!member.lane) return;
    this.#lanes.remove(member);
    this.#countOnline();
  }

  /** Takes all out and stops. */
  clear(): Member[] {
    this.#onlineTimer?.cancel();
    this.#onlineTimer = undefined;
    this.#onlineTold = 0;
    this.#others = [];
    return this.#lanes.clear();
  }

  /** The room is read from disk: tells those who came meanwhile. */
  start(): void {
    this.#lanes.start(this.#stage.memory.offset);
    this.#lanes.wake();
  }

  /** Says that `memory` has more, or that the gate lets pass what it did not before. */
  wake(): void {
    this.#lanes.wake();
  }

  /** Tells everybody something that is no message. */
  tell(event: ServerEvent): void {
    if (this.#lanes.sockets === 0) return;
    this.#others.push({ seq: ++this.#seq, json: encodeEvent(event) });
    this.#lanes.wake();
  }

  /** Replays to one member what came after `offset`; when the gate lets it. */
  resume(member: Member, offset: number): void {
    const { lane } = member;
    if (!lane) return;
    member.after = offset;
    if (member.owes !== undefined && member.owes !== 'history') return;
    member.owes = 'history';
    if (this.#stage.isOpen() && this.#stage.passes()) this.#give(member, lane);
    else lane.owing = true;
  }

  /** Pings lanes whose time has come; members silent over two pings are reset. */
  ping(): void {
    for (const lane of this.#lanes.pingsDue()) {
      for (let i = lane.members.length - 1; i >= 0; i--) {
        const member = lane.members[i] as Member;
        if (member.owes === 'hello') continue;
        if (member.unanswered++ >= 2) {
          this.leave(member);
          member.reset();
        } else this.#write(member, PING);
      }
    }
  }

  #pending(lane: Lane): boolean {
    if (!this.#stage.isOpen()) return false;
    if (lane.seq < this.#seq || (lane.owing && this.#owesNow(lane))) return true;
    return lane.offset < this.#stage.memory.offset && this.#stage.passes();
  }

  #owesNow(lane: Lane): boolean {
    return this.#stage.passes() || lane.members.some((member) => member.owes === 'hello');
  }

  #flush(lane: Lane): void {
    const { memory } = this.#stage;
    const passes = this.#stage.passes();
    if (lane.owing) {
      lane.owing = false;
      for (let i = lane.members.length - 1; i >= 0; i--) {
        const member = lane.members[i] as Member;
        if (member.owes !== undefined) this.#give(member, lane);
      }
    }
    const others = this.#others.filter(({ seq }) => seq > lane.seq).map(({ json }) => json);
    const messages = passes ? memory.between(lane.offset, memory.offset) : [];
    const rest = others.length > 0 ? batchFrame(others) : undefined;
    const all = messages.length > 0 ? batchFrame([...messages, ...others]) : rest;
    if (all) {
      for (let i = lane.members.length - 1; i >= 0; i--) {
        const member = lane.members[i] as Member;
        if (member.owes === undefined) this.#write(member, all);
        else if (rest && member.owes !== 'hello') this.#write(member, rest);
      }
    }
    lane.seq = this.#seq;
    if (passes) lane.offset = memory.offset;
    memory.trim(() => this.toldTo);
    if (this.#others.length > 0) {
      const told = this.#lanes.told().seq;
      while ((this.#others[0]?.seq ?? Number.POSITIVE_INFINITY) <= told) this.#others.shift();
    }
  }

  /** Gives a member what it is owed, as far as it may have it now; the rest stays owed. */
  #give(member: Member, lane: Lane): void {
    const { memory } = this.#stage;
    if (member.owes === 'hello') {
      this.#write(
        member,
        batchFrame([
          encodeEvent({
            t: 'hello',
            offset: lane.offset,
            online: this.#lanes.sockets,
            ...(member.user && this.#stage.allowance(member.user.id)),
          }),
        ]),
      );
      member.owes = 'history';
      member.ws.resume();
      if (this.#stage.passes()) {
        // DOORS.md: history follows hello; a resume that came before is answered after it.
        const frame = this.#historyFrame(lane.offset);
        if (frame) this.#write(member, frame);
        member.owes = undefined;
      }
      this.#write(member, batchFrame(this.#stage.state().map(encodeEvent)));
      if (member.after !== undefined) this.resume(member, member.after);
      else if (member.owes) lane.owing = true;
      return;
    }
    if (member.owes !== 'history') return;
    if (!this.#stage.passes()) {
      lane.owing = true;
      return;
    }
    const { after } = member;
    member.after = undefined;
    if (after === undefined) {
      const frame = this.#historyFrame(lane.offset);
      if (frame) this.#write(member, frame);
      member.owes = undefined;
    } else if (after >= memory.floor) {
      const missed = memory.between(after, lane.offset);
      if (missed.length > 0) this.#write(member, batchFrame(missed));
      member.owes = undefined;
    } else {
      member.owes = 'replay';
      void this.#replay(member, after);
    }
  }

  async #replay(member: Member, from: number): Promise<void> {
    const { memory } = this.#stage;
    let reached: number | undefined;
    try {
      reached = await replay(this.#wiring, member, memory, from, () => this.#stage.passes());
    } catch (why) {
      this.#wiring.log.warn({ room: member.room.id, err: why }, 'room history not to be had');
      await new Promise<void>((resolve) => this.#wiring.clock.after(REPLAY_AGAIN_MS, resolve));
    }
    if (!member.lane) return;
    member.owes = 'history';
    // A newer resume replaces this one; an interrupted one begins again.
    member.after ??= reached ?? from;
    if (this.#stage.passes()) this.#give(member, member.lane);
    else member.lane.owing = true;
  }

  #historyFrame(offset: number): Buffer | undefined {
    const { memory } = this.#stage;
    const kept = this.#history;
    if (kept?.offset === offset && kept.version === memory.version) return kept.frame;
    const messages = memory.latest(offset, JOIN_HISTORY);
    const frame = messages.length > 0 ? batchFrame(messages) : undefined;
    this.#history = { offset, version: memory.version, frame };
    return frame;
  }

  #write(member: Member, frame: Buffer): void {
    if (!member.write(frame)) member.room.drop(member, 1013, 'too slow');
  }

  #countOnline(): void {
    if (this.#onlineTimer || this.#lanes.sockets === 0) return;
    this.#onlineTimer = this.#wiring.clock.after(ONLINE_MS, () => {
      this.#onlineTimer = undefined;
      if (this.#onlineTold === this.#lanes.sockets) return;
      this.#onlineTold = this.#lanes.sockets;
      this.tell({ t: 'online', n: this.#onlineTold });
    });
  }
}
