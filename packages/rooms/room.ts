import { Problem, type Timer, within } from '@weir/kit';
import { Audience } from './audience.ts';
import { closeCut } from './closing.ts';
import { type Allowance, type ClientEvent, encodeEvent, type ServerEvent } from './event.ts';
import { batchFrame } from './frame.ts';
import { type Held, HeldMessages } from './held.ts';
import { type Entry, Journal } from './journal.ts';
import { MEMORY_MESSAGES } from './limits.ts';
import type { Member } from './member.ts';
import { Memory } from './memory.ts';
import { Pace } from './pace.ts';
import { Pause } from './pause.ts';
import type { GateMode, PublicMessage, RoomRecord } from './record.ts';
import { Records } from './records.ts';
import { type Floor, Speech } from './speech.ts';
import { gateOf, type Standing } from './standing.ts';
import type { Wiring } from './wiring.ts';

/** First and longest wait before the disk is asked again for a room that opens. */
const OPEN_AGAIN_MS = 250;
const OPEN_AGAIN_MAX_MS = 4_000;
/** How long staff's order waits for a room to open. */
const OPEN_PATIENCE_MS = 4_000;
/** Wait before messages whose delay is over are handed to a full queue again. */
const PUMP_AGAIN_MS = 250;
/** What a resume costs of a member's frames: it makes far more work than it sends. */
const RESUME_WEIGHT = 25;

/**
 * One room. A message goes: pace and screen → gate mode → disk → `Memory` → the audience's next batch. Nothing is
 * shown, acknowledged or numbered for good before it is on disk.
 */
export class Room {
  readonly id: string;
  readonly #wiring: Wiring;
  readonly #standing: Standing;
  readonly #memory = new Memory();
  readonly #held = new HeldMessages();
  readonly #audience: Audience;
  readonly #pace: Pace;
  readonly #pause: Pause;
  readonly #records: Records;
  readonly #speech: Speech;
  readonly #opened: Promise<void>;
  #journal: Journal | undefined;
  #pumpTimer: Timer | undefined;
  #closed = false;

  constructor(id: string, standing: Standing, wiring: Wiring) {
    this.id = id;
    this.#standing = standing;
    this.#wiring = wiring;
    this.#pace = new Pace(wiring.clock, wiring.limits);
    this.#pause = new Pause({
      clock: wiring.clock,
      pace: this.#pace,
      slowMs: () => this.#standing.settings?.slowMs ?? 0,
      tell: (event) => this.#audience.tell(event),
    });
    this.#audience = new Audience(wiring, {
      memory: this.#memory,
      passes: () => this.#passes(),
      isOpen: () => this.#journal !== undefined,
      state: () => this.#state(),
      allowance: (user) => this.#allowance(user),
    });
    this.#records = new Records(id, wiring.clock);
    this.#speech = new Speech(this.#floor());
    this.#opened = this.#open();
  }

  get online(): number {
    return this.#audience.online;
  }

  /** Last offset that is public here. */
  get offset(): number {
    return this.#memory.offset;
  }

  /** True where nothing is lost by letting go of this object: the disk has all of it. */
  get idle(): boolean {
    return this.online === 0 && !this.#held.ticking && this.#journal?.idle === true;
  }

  join(member: Member): void {
    this.#audience.join(member);
  }

  leave(member: Member): void {
    this.#audience.leave(member);
  }

  ping(): void {
    this.#audience.ping();
  }

  /** Ends one member's connection with a close code. */
  drop(member: Member, code: number, why: string): void {
    if (code === 1013) this.#wiring.figures.dropped++;
    this.leave(member);
    member.close(code, why);
    if (code === 1013) this.#wiring.clock.after(1_000, () => member.reset());
  }

  /** What a client asked for. */
  receive(member: Member, events: readonly ClientEvent[]): void {
    for (const event of events) {
      if (!member.open) return;
      if (event.t === 'send') this.#speech.send(member, event.ref, event.text);
      else if (member.allow(RESUME_WEIGHT)) this.#audience.resume(member, event.offset);
      else this.drop(member, 1008, 'too many frames');
    }
  }

  /** The standing has changed from message mode `was`: tells the gate, lets pass what may. */
  changed(was: GateMode): void {
    if (this.#mode() === 'review' && was !== 'review') this.#held.waitForPerson();
    for (const event of this.#state()) this.#audience.tell(event);
    this.#audience.wake();
    this.#pump();
  }

  /** @throws Problem `not_held`, `broadcast_cut`, `conflict` where the gate is closed, `not_ready` without a lease or disk */
  async release(id: string): Promise<void> {
    await this.#ready();
    const held = this.#held.get(id);
    if (!held || held.moving) throw new Problem('not_held');
    if (this.#standing.cut) throw new Problem('broadcast_cut');
    if (this.#mode() === 'closed') throw new Problem('conflict', 'The gate is closed: nothing passes');
    // A lease that is lost, or not there yet after a start, is none of the gate: what waits may pass in a moment.
    if (!this.#passes()) throw new Problem('not_ready', 'The edge waits for its right to serve; try again');
    await new Promise<void>((resolve, reject) => this.#publish(held, resolve, reject));
  }

  /** @throws Problem `not_held`, `not_ready` */
  async refuse(id: string, reason: string): Promise<void> {
    await this.#ready();
    const held = this.#held.get(id);
    if (!held || held.moving) throw new Problem('not_held');
    held.moving = true;
    try {
      const { user, text, screened } = held;
      await this.#write(id, () => this.#records.refused(id, user, text, reason, screened));
      this.#held.delete(id);
      this.tell(user.id, { t: 'refused', id, code: 'content', reason, detail: 'A person has refused it' });
    } finally {
      held.moving = false;
    }
  }

  /**
   * Takes a message back from everybody; again is no error. One that memory no longer holds is recalled on the
   * caller's word.
   * @throws Problem `not_found` where the room never showed it, `not_ready`
   */
  async recall(id: string, by: string, reason: string): Promise<void> {
    await this.#ready();
    if (this.#memory.recalled(id)) return;
    if (this.#held.get(id) || (this.#memory.floor === 0 && !this.#memory.has(id)))
      throw new Problem('not_found', 'The room never showed this message');
    await this.#write(id, () => this.#records.recalled(id, by, reason));
    this.#memory.recall(id);
    this.#audience.tell({ t: 'recall', id });
  }

  /** Tells one person something that is about them alone, on every connection they have here. */
  tell(user: string, event: ServerEvent): void {
    for (const member of [...this.#audience.members()]) if (member.user?.id === user) member.tell(event);
  }

  /** Lets go of the messages in memory, and of held ones that the disk no longer has; offsets go on. */
  async clear(): Promise<void> {
    const { offset } = this.#memory;
    this.#memory.load(offset, offset, []);
    const waiting = this.#held.waiting();
    if (waiting.length === 0) return;
    const { held } = await this.#wiring.host.history(this.id, undefined, 1);
    const there = new Set(held.map(({ id }) => id));
    const still = new Set(this.#held.waiting());
    for (const id of waiting) if (!there.has(id) && still.has(id)) this.#held.delete(id);
  }

  /** Ends the running connections of one play token; how many. */
  revoke(session: string): number {
    const members = [...this.#audience.members()].filter((member) => member.session === session);
    for (const member of members) this.drop(member, 4403, 'revoked');
    return members.length;
  }

  /** Carries out a cut-off that the standing already says; `closed` is wall time of the last close, ms. */
  cut(): { sockets: number; closed: Promise<number | null> } {
    this.#stopTimers();
    this.#journal?.abandon('cut');
    const members = this.#audience.clear();
    const { reason = '', clause = null } = this.#standing.cut ?? {};
    const frame = batchFrame([encodeEvent({ t: 'cut', reason, clause })]);
    return { sockets: members.length, closed: closeCut(members, frame, this.#wiring.clock) };
  }

  /** Says goodbye to all and waits for what is on its way to disk. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimers();
    for (const member of this.#audience.clear()) member.close(1001, 'going away');
    await this.#journal?.close();
  }

  async #open(): Promise<void> {
    const { host, clock, log } = this.#wiring;
    for (let waitMs = OPEN_AGAIN_MS; !this.#closed; waitMs = Math.min(2 * waitMs, OPEN_AGAIN_MAX_MS)) {
      try {
        const { offset, items, held } = await host.history(this.id, undefined, MEMORY_MESSAGES);
        const whole = items.length < MEMORY_MESSAGES;
        this.#memory.load(offset, whole ? 0 : (items[0] as PublicMessage).offset - 1, items);
        this.#held.load(held, this.#mode(), clock.mono());
        this.#journal = new Journal({ host, clock, log, room: this.id }, offset, (message, at) => {
          if (message) this.#show(message);
          else this.#memory.skipTo(at);
        });
        this.#audience.start();
        this.#pump();
        return;
      } catch (why) {
        log.warn({ room: this.id, err: why }, 'room cannot open: history not to be had');
        await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      }
    }
  }

  async #ready(): Promise<void> {
    if (this.#journal) return;
    await within(this.#wiring.clock, OPEN_PATIENCE_MS, this.#opened);
    if (!this.#journal) throw new Problem('not_ready', 'The room cannot be read from disk; try again');
  }

  #mode(): GateMode {
    return this.#standing.settings?.gate.messages.mode ?? 'closed';
  }

  /** Whether a message may become public now: the one place that says so. */
  #passes(): boolean {
    const { cut, suspended } = this.#standing;
    if (cut || suspended || this.#mode() === 'closed') return false;
    return this.#wiring.host.holds?.(this.id) ?? true;
  }

  #state(): ServerEvent[] {
    return [{ t: 'gate', ...gateOf(this.#standing) }, ...this.#pause.state()];
  }

  /** What is left of the tighter of two rates: this room's, and what the host counts of a person in all rooms. */
  #allowance(user: string): Allowance | undefined {
    const here = this.#pace.allowance(user);
    const everywhere = this.#wiring.rates?.(user);
    return here && everywhere ? (everywhere.left < here.left ? everywhere : here) : (here ?? everywhere);
  }

  /** What speaking here asks of this room. */
  #floor(): Floor {
    const { clock, host, screen, figures } = this.#wiring;
    return {
      room: this.id,
      clock,
      screen,
      records: this.#records,
      held: this.#held,
      mode: () => this.#mode(),
      closed: () => {
        if (this.#standing.cut) return 'cut';
        if (!this.#passes()) return 'gate_closed';
        return this.#journal ? undefined : 'slow';
      },
      pace: (user, text) => {
        const paced = this.#pace.admit(user, text, this.#standing.settings?.slowMs ?? 0);
        this.#pause.look();
        return paced;
      },
      allowance: (user) => this.#allowance(user),
      outputMs: () => host.outputMs(this.id),
      push: (entry) => this.#journal?.push(entry) ?? false,
      show: (message) => this.#show(message),
      takeBack: (id, offset) => {
        this.#memory.skipTo(offset);
        void this.#write(id, () => this.#records.recalled(id, 'system', 'not_acknowledged')).catch(() => {});
      },
      giveUp: ({ id, user, text, screened }) => {
        const record = () => this.#records.refused(id, user, text, 'not_acknowledged', screened);
        void this.#write(id, record).catch(() => {});
      },
      keep: (held) => {
        // The gate may have become stricter while it was written.
        this.#held.add(this.#mode() === 'review' ? { ...held, waits: 'review' } : held);
        figures.held++;
        this.#pump();
      },
      count: (what) => {
        figures[what]++;
      },
    };
  }

  /** Lets a held message pass. */
  #publish(held: Held, done: () => void, failed: (why: Problem) => void): boolean {
    const { id, user, text } = held;
    let message: PublicMessage | undefined;
    const shown = (): void => {
      this.#held.delete(id);
      this.#show(message as PublicMessage);
    };
    held.moving = true;
    const taken = this.#journal?.push({
      id,
      numbered: true,
      record: (offset) => {
        const ts = this.#wiring.clock.now();
        // It appears now, beside the picture of now: that is what players place it by.
        const pts = this.#wiring.host.outputMs(this.id);
        message = { id, offset, user, text, ts: new Date(ts).toISOString(), pts };
        return this.#records.published(message, ts);
      },
      committed: () => {
        shown();
        done();
      },
      failed: (code) => {
        held.moving = false;
        failed(code === 'cut' ? new Problem('broadcast_cut') : unwritten());
      },
      found: shown,
    });
    if (taken) return true;
    held.moving = false;
    failed(unwritten());
    return false;
  }

  /** Publishes what has waited long enough, in order, and sets the timer for the next. */
  #pump(): void {
    this.#pumpTimer?.cancel();
    this.#pumpTimer = undefined;
    const mode = this.#mode();
    if (this.#closed || !this.#journal || mode === 'review' || !this.#passes()) return;
    const { clock } = this.#wiring;
    const delayMs = mode === 'delay' ? (this.#standing.settings?.gate.messages.delayMs ?? 0) : 0;
    const { items, nextAt } = this.#held.due(clock.mono(), delayMs);
    const again = (): void => this.#pumpIn(PUMP_AGAIN_MS);
    for (const held of items) if (!this.#publish(held, () => {}, again)) return;
    if (nextAt !== undefined) this.#pumpIn(Math.max(0, nextAt - clock.mono()));
  }

  #pumpIn(delayMs: number): void {
    this.#pumpTimer?.cancel();
    this.#pumpTimer = this.#closed ? undefined : this.#wiring.clock.after(delayMs, () => this.#pump());
  }

  #show(message: PublicMessage): void {
    this.#memory.add(message);
    this.#memory.trim(() => this.#audience.toldTo);
    this.#wiring.figures.shown++;
    this.#audience.wake();
  }

  /** Resolves when the record is on disk. */
  #write(id: string, record: () => RoomRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (): void => reject(unwritten());
      const committed = (): void => resolve();
      const entry: Entry = { id, numbered: false, urgent: true, record, committed, failed };
      if (!this.#journal?.push(entry)) reject(unwritten());
    });
  }

  #stopTimers(): void {
    this.#pumpTimer?.cancel();
    this.#pumpTimer = undefined;
    this.#pause.stop();
  }
}

const unwritten = (): Problem => new Problem('not_ready', 'It could not be written to disk; try again');
