import { Problem } from '@weir/kit';
import { type Ages, type SpokenFor, startOf } from '@weir/ledger';
import { type Actor, type Control, LOCAL_OPERATOR } from '../control.ts';

const HOUR_MS = 3_600_000;
/** What two persons said of the clock holds for so long. */
const CONFIRMED_MS = 24 * HOUR_MS;
/** Whoever gave somebody the role is no second person beside them for so long, by running time. */
const APART_MS = 24 * HOUR_MS;
/** How far from the day it stands under a record's own time may lie. */
const LATE_MS = HOUR_MS;
/** What a grant is recorded as. */
const GRANTS = ['account.created', 'account.changed'] as const;

/**
 * Parts that persons say are due although the wall clock alone says so. Two administrators that are not one person's
 * making make it so; each word is in the `retention` log, and none outlives this process.
 */
export class Confirmations {
  readonly #control: Control;
  readonly #ages: Ages;
  /** By part: who has said so, and until when (monotonic ms) that holds. */
  readonly #said = new Map<string, Map<string, number>>();

  constructor(control: Control, ages: Ages) {
    this.#control = control;
    this.#ages = ages;
  }

  /** Parts that two persons have spoken for, both of them administrators still. */
  now(): SpokenFor {
    const confirmed = new Set([...this.#said.keys()].filter((id) => this.of(id).length >= 2));
    return { by: 'persons', has: (id) => confirmed.has(id) };
  }

  /** Who has spoken for a part and still may. */
  of(id: string): string[] {
    const { clock, people } = this.#control;
    const now = clock.mono();
    return [...(this.#said.get(id) ?? [])]
      .filter(([person, until]) => {
        const known = people.get(person);
        return until > now && known !== undefined && !known.disabled && known.roles.includes('admin');
      })
      .map(([person]) => person);
  }

  /**
   * Notes that a person says these parts are due. The record stands before it counts.
   * @throws Problem forbidden to the machine's own operator, who is no person, to whom the machine's operator has given
   *   the role within a day, and to the second of two of whom one gave the other the role
   */
  async say(ids: readonly string[], by: Actor): Promise<void> {
    const { clock, database, outbox, people } = this.#control;
    if (!people.get(by.id)) throw new Problem('forbidden', 'Two persons confirm, each signed in');
    // A grant that waits for the ledger would not be found there.
    await outbox.flush();
    const others = new Set(ids.flatMap((id) => this.of(id)).filter((id) => id !== by.id));
    const young = await this.#grants();
    const made = (one: string, other: string): boolean =>
      young.some(({ from, to }) => from === one && to === other);
    if (made(LOCAL_OPERATOR.id, by.id))
      throw new Problem('forbidden', 'Whoever was made an administrator at the machine confirms a day later');
    for (const other of others)
      if (made(other, by.id) || made(by.id, other))
        throw new Problem(
          'forbidden',
          'Who gave somebody the role is no second person beside them for 24 hours',
        );
    const ts = clock.now();
    await database.write((trx) =>
      outbox.record(trx, 'retention', {
        kind: 'retention.confirmed',
        ts,
        user: by.id,
        items: ids,
        wall: new Date(ts).toISOString(),
      }),
    );
    await outbox.flush();
    for (const id of ids) {
      const persons = this.#said.get(id) ?? new Map<string, number>();
      persons.set(by.id, clock.mono() + CONFIRMED_MS);
      this.#said.set(id, persons);
    }
  }

  /** Forgets what is said of parts that are no longer unproven. */
  keep(unproven: ReadonlySet<string>): void {
    for (const id of this.#said.keys()) if (!unproven.has(id)) this.#said.delete(id);
  }

  /**
   * Who gave whom a role lately. The wall clock is what is in doubt here: so all days count to which something was
   * written within a day of running time, whatever they are called.
   */
  async #grants(): Promise<{ from: string; to: string }[]> {
    const grants: { from: string; to: string }[] = [];
    for (const id of this.#ages.youngerThan(APART_MS)) {
      const [log, day = ''] = id.split(' ');
      if (log !== 'access') continue;
      const reach = { from: startOf(day) - LATE_MS, to: startOf(day) + APART_MS + LATE_MS };
      for (const kind of GRANTS)
        for await (const found of this.#control.ledger.search({ log: 'access', kind, ...reach })) {
          const { user, account, roles } = found as { user?: string; account?: string; roles?: unknown };
          if (roles !== undefined && user !== undefined && account !== undefined)
            grants.push({ from: user, to: account });
        }
    }
    return grants;
  }
}
