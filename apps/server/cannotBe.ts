import { isId } from '@weir/kit';
import { KINDS } from '@weir/ledger';

/** Who stands as `user` in a record without an account: the machine's own socket, the service, nobody known. */
const WITHOUT_ACCOUNT = new Set(['local', 'system', 'unknown']);

/** What a search names of the records it looks for; times in wall ms. */
export type Named = {
  log?: string | undefined;
  kind?: string | undefined;
  room?: string | undefined;
  broadcast?: string | undefined;
  user?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

/**
 * Why no record can ever be as a search names it, as one sentence; undefined where one can. Whoever searches for the
 * impossible has mistyped something, and "nothing was found" would say that it never happened.
 * @example cannotBe({ user: 'demo-viewer' }) // 'user takes the id of an account (…), and demo-viewer is none'
 */
export function cannotBe({ log, kind, room, broadcast, user, from, to }: Named): string | undefined {
  if (kind !== undefined) {
    if (!Object.hasOwn(KINDS, kind))
      return `there are no records of kind ${kind}; packages/ledger/README.md lists the kinds`;
    const home = KINDS[kind]?.log;
    if (log !== undefined && log !== home) return `records of kind ${kind} are in the log ${home}`;
  }
  for (const [name, id] of Object.entries({ room, broadcast }))
    if (id !== undefined && !isId(id))
      return `${name} takes the id of a broadcast (36 characters, lower case), and ${id} is none`;
  if (user !== undefined && !isId(user) && !WITHOUT_ACCOUNT.has(user))
    return `user takes the id of an account (36 characters, lower case), or local, system, unknown, and ${user} is none`;
  if (from !== undefined && to !== undefined && from >= to) return 'from lies before to';
  return undefined;
}
