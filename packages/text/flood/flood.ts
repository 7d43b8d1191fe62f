import { Recent } from '../recent.ts';
import { type Alike, AlikeGroups } from './alike.ts';
import { Newcomers } from './newcomers.ts';
import { Rates } from './rates.ts';

/** A message as it comes in. `at`: ms of a clock that never goes back; `accountMs`: age of the account, where it is known. */
export type Spoken = {
  room: string;
  person: string;
  address: string;
  text: string;
  at: number;
  accountMs?: number | undefined;
};

/**
 * `slow`: later; `hold`: a person looks; `mute`: for a term; `machine`: its sender alone sees it until the term is over,
 * and is then told. In order of strictness.
 */
export type Grade = 'pass' | 'slow' | 'hold' | 'mute' | 'machine';

/** The gravest that a message comes to, and the rule that says so; `waitMs` of a `slow`, `mute` or `machine`. */
export type Flooding = { grade: Grade; rule: string; waitMs: number };

/** Messages within a minute from which on a flood begins; 0 turns one off. */
export type FloodLimits = {
  person: number;
  address: number;
  room: number;
  /** Near-duplicates in one room, and over three rooms or more. */
  alike: number;
  alikeRooms: number;
  /** New accounts that speak in one room. */
  newcomers: number;
  /** Left out, nobody is taken for a machine. */
  machine?: MachineEvidence | undefined;
};

/** What no person does by hand: beyond all three within a minute somebody is a flood machine for a term. */
export type MachineEvidence = {
  /** Messages of one person. */
  messages: number;
  /** Of these, near-duplicates of one text. */
  alike: number;
  /** Rooms from which on these were said. */
  rooms: number;
  /** ms after which they are told; ten minutes at most. */
  termMs: number;
};

const PASS: Flooding = { grade: 'pass', rule: '', waitMs: 0 };
const ORDER: readonly Grade[] = ['pass', 'slow', 'hold', 'mute', 'machine'];

const WINDOW_MS = 60_000;
/** Pause of who is slowed down. */
const SLOW_MS = 5_000;
/** Term of a mute. A machine that goes on is muted again; a person has lost ten minutes and may contest it. */
const MUTE_MS = 600_000;
/** Times a limit from which on the next grade holds. */
const NEXT = 2;
/** Rooms from which on near-duplicates are a campaign. */
const SPREAD = 3;
/** Age below which an account is new, and the share of new ones among the speakers that makes them a crowd. */
const NEW_MS = 24 * 3_600_000;
const CROWD = 0.5;
/** Persons, addresses, rooms and groups that are remembered, and muted persons. */
const MAX_KEYS = 50_000;
const MAX_GROUPS = 10_000;
const MAX_ROOMS = 5_000;
const MAX_MUTED = 20_000;
/** Longest term of a machine. Who was told is muted in the open for so long where they go on. */
const MAX_MACHINE_MS = 600_000;
const TOLD_MS = 3_600_000;

/**
 * Tells floods from talk. Grades rise with the excess over a limit: slow down, wait for a person, mute for a term. Only
 * what one person does themselves mutes them; what a crowd, an address or a room does slows or holds. A flood machine
 * (`MachineEvidence`) is shown its own messages alone for one term, and then told; going on it is muted in the open.
 * Pure on the passed clock; memory is bounded as the constants say.
 * @example new Flood(limits).read({ room, person, address, text, at: clock.mono() }).grade // 'pass'
 */
export class Flood {
  readonly #limits: FloodLimits;
  readonly #persons = new Rates(WINDOW_MS, MAX_KEYS);
  readonly #addresses = new Rates(WINDOW_MS, MAX_KEYS);
  readonly #rooms = new Rates(WINDOW_MS, MAX_ROOMS);
  readonly #alike = new AlikeGroups(WINDOW_MS, MAX_GROUPS);
  readonly #newcomers = new Newcomers(WINDOW_MS, MAX_ROOMS);
  readonly #muted = new Map<string, number>();
  /** Until when each was or is a machine, ms. */
  readonly #machines = new Recent<string, number>(MAX_MUTED, TOLD_MS);

  constructor(limits: FloodLimits) {
    this.#limits = limits;
  }

  /** ms that a person is still muted; 0 where not. */
  mutedMs(person: string, at: number): number {
    const until = this.#muted.get(person) ?? 0;
    if (until > at) return until - at;
    this.#muted.delete(person);
    return 0;
  }

  /** How many messages a person may still send before they are slowed down, and in ms when there is one more; undefined without a limit. */
  allowance(person: string, at: number): { left: number; renewMs: number } | undefined {
    const { person: limit } = this.#limits;
    if (limit === 0) return undefined;
    const said = this.#persons.at(person, at);
    return {
      left: Math.max(0, Math.floor(limit - said)),
      renewMs: said > 0 ? Math.ceil(WINDOW_MS / limit) : 0,
    };
  }

  /** Lifts a mute before its term. */
  lift(person: string): void {
    this.#muted.delete(person);
    this.#machines.delete(person);
  }

  /** Takes a message in, and says what it comes to. */
  read(spoken: Spoken): Flooding {
    const { room, person, address, text, at, accountMs } = spoken;
    const limits = this.#limits;
    const said = this.#persons.add(person, at);
    const found = [
      graded('person', said, limits.person, 'mute'),
      graded('address', this.#addresses.add(address, at), limits.address, 'hold'),
      graded('room', this.#rooms.add(room, at), limits.room, 'slow'),
    ];
    const alike = this.#alike.add(text, room, person, at);
    const machine = this.#machine(person, said, alike, at);
    if (machine) return machine;
    if (alike) {
      const own = graded('alike', alike.ofPerson, limits.alike, 'mute');
      found.push(own.grade === 'mute' ? own : graded('alike', alike.inRoom, limits.alike, 'hold'));
      if (alike.rooms >= SPREAD && limits.alikeRooms > 0 && alike.all > limits.alikeRooms)
        found.push({ grade: 'hold', rule: 'alike_rooms', waitMs: 0 });
    }
    const isNew = accountMs !== undefined && accountMs < NEW_MS;
    const crowd = this.#newcomers.add(room, person, isNew, at);
    if (limits.newcomers > 0 && crowd.count > limits.newcomers && crowd.share > CROWD)
      found.push({ grade: 'hold', rule: 'newcomers', waitMs: 0 });
    const gravest = found.reduce((a, b) => (ORDER.indexOf(b.grade) > ORDER.indexOf(a.grade) ? b : a), PASS);
    if (gravest.grade === 'mute') this.#mute(person, at + gravest.waitMs);
    return gravest;
  }

  /** One who is a machine already, or by this message becomes one. */
  #machine(person: string, said: number, alike: Alike | undefined, at: number): Flooding | undefined {
    const evidence = this.#limits.machine;
    if (!evidence) return undefined;
    const until = this.#machines.get(person, at);
    if (until !== undefined && until > at) return { grade: 'machine', rule: 'machine', waitMs: until - at };
    if (!alike || said <= evidence.messages || alike.ofPerson <= evidence.alike) return undefined;
    if (alike.roomsOfPerson < evidence.rooms) return undefined;
    // Who was told and goes on knows why: from now on in the open.
    if (until !== undefined && at - until < TOLD_MS) {
      this.#mute(person, at + MUTE_MS);
      return { grade: 'mute', rule: 'machine', waitMs: MUTE_MS };
    }
    const waitMs = Math.min(evidence.termMs, MAX_MACHINE_MS);
    this.#machines.set(person, at + waitMs, at);
    return { grade: 'machine', rule: 'machine', waitMs };
  }

  #mute(person: string, until: number): void {
    this.#muted.delete(person);
    this.#muted.set(person, until);
    if (this.#muted.size > MAX_MUTED)
      for (const oldest of this.#muted.keys()) {
        this.#muted.delete(oldest);
        break;
      }
  }
}

/** Slow beyond the limit, hold beyond twice that, mute beyond four times; `most` is the gravest that may come of it. */
function graded(rule: string, count: number, limit: number, most: Grade): Flooding {
  if (limit === 0 || count <= limit) return PASS;
  const grade: Grade = count > NEXT * NEXT * limit ? 'mute' : count > NEXT * limit ? 'hold' : 'slow';
  const capped = ORDER.indexOf(grade) > ORDER.indexOf(most) ? most : grade;
  return { grade: capped, rule, waitMs: capped === 'mute' ? MUTE_MS : capped === 'slow' ? SLOW_MS : 0 };
}
