import type { Timer } from '@weir/kit';
import type { Control } from './control.ts';
import type { Role } from './people.ts';
import * as sql from './sql/users.ts';

/** Roles that give a right to order something. */
const STAFF: readonly Role[] = ['reviewer', 'lexicon', 'admin'];
/** A right to cut is checked in memory, which is at most five seconds behind (DESIGN.md section 1); so twice in that. */
const EACH_MS = 2_000;

/**
 * Keeps the rights of staff, and their sessions, at what PostgreSQL says, whoever changed it there: another control,
 * or a hand at the database. Without PostgreSQL the last known rights stay in force.
 */
export function followStaff(control: Control): Timer {
  const { clock, database, people, log } = control;
  let asking = false;
  const follow = async (): Promise<void> => {
    const before = people.version;
    const known = people.all().filter(({ roles }) => roles.some((role) => STAFF.includes(role)));
    const [staff, sessions] = await database.read(async (db) => {
      const staff = await sql.withRoles(
        db,
        control.ledger.words,
        STAFF,
        known.map(({ id }) => id),
      );
      const ids = staff.map(({ id }) => id);
      return [staff, await sql.sessions(db, clock.now(), ids)] as const;
    });
    // What changed here while it was read is newer.
    if (people.version === before) people.follow(staff, sessions);
  };
  return clock.every(EACH_MS, () => {
    if (asking || !database.up) return;
    asking = true;
    follow()
      .catch((why: Error) => log.warn({ why: why.message }, 'rights of staff not read'))
      .finally(() => {
        asking = false;
      });
  });
}
