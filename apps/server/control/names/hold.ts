import { newId, Problem, within } from '@weir/kit';
import type { Screened } from '../../screen.ts';
import { saidOf } from '../contests.ts';
import type { Actor, Control } from '../control.ts';
import * as sql from '../sql/names.ts';
import type { HeldName } from './name.ts';

/** Names of one person within a millisecond. */
const MAX_AT_ONCE = 100;
/** A refusal waits this long for PostgreSQL to keep what was refused, and not at all where it is known to be away. */
const KEPT_WITHIN_MS = 1_000;
/** Refused names that are being kept behind their refusal at most; more are not kept. */
const MAX_BEHIND = 100;

type About = Pick<HeldName, 'of' | 'subject' | 'owner'>;

/**
 * What the screen says of a name that somebody wishes for: pass, or hold, so that it waits for a person. One that it
 * refuses is kept as refused, so that its owner can have a person look; it takes the place of one that waited.
 * @throws Problem `content_refused` with the category and, where it could be kept within a second, the id to contest
 */
export async function admitName(
  control: Control,
  about: About,
  text: string,
  by: Actor,
): Promise<Screened & { verdict: 'pass' | 'hold' }> {
  const screened = control.screen.judge(text, about.of);
  const { verdict, category } = screened;
  if (verdict !== 'refuse') return { ...screened, verdict };
  const kept = await keptSoon(control, () => keepName(control, about, text, screened, by, 'refused'));
  const more = kept ? { category, name: kept.id } : { category };
  throw new Problem('content_refused', `This text is not allowed: ${category}`, more);
}

/** Names being kept behind their refusal, of each control of this process. */
const behind = new WeakMap<Control, number>();

/**
 * Keeps a refused name, as long as its refusal need not wait for that: without PostgreSQL a refusal is a refusal all
 * the same, and can be contested once the name was wished for again. What takes longer is kept behind it, and its
 * owner finds it among their own names.
 * @throws what `keep` throws in time, but database_unavailable
 */
async function keptSoon(control: Control, keep: () => Promise<HeldName>): Promise<HeldName | undefined> {
  const { database, clock, log } = control;
  const count = behind.get(control) ?? 0;
  if (!database.up || count >= MAX_BEHIND) return undefined;
  behind.set(control, count + 1);
  let isLate = false;
  const kept = keep()
    .catch((why: unknown) => {
      if (why instanceof Problem && why.code === 'database_unavailable') return undefined;
      if (!isLate) throw why;
      log.warn({ why: (why as Error).message }, 'a refused name could not be kept');
      return undefined;
    })
    .finally(() => behind.set(control, (behind.get(control) ?? 1) - 1));
  const inTime = await within(clock, KEPT_WITHIN_MS, kept);
  isLate = true;
  return inTime;
}

/** Lets a name wait for a person; it takes the place of one that waited before. @throws Problem `database_unavailable` */
export const holdName = (
  control: Control,
  about: About,
  text: string,
  screened: Screened,
  by: Actor,
): Promise<HeldName> => keepName(control, about, text, screened, by, 'held');

async function keepName(
  control: Control,
  about: About,
  text: string,
  screened: Screened,
  by: Actor,
  state: 'held' | 'refused',
): Promise<HeldName> {
  const { database, ledger, clock } = control;
  const held: HeldName = {
    ...about,
    id: newId(),
    by: by.id,
    at: clock.now(),
    category: screened.category,
    state,
    reason: null,
    answeredBy: null,
    answeredAt: null,
    seenAt: null,
  };
  await database.write(async (trx) => {
    // What waits is given up for what may wait in its place, not for what may not.
    const states = state === 'refused' ? { states: ['refused' as const] } : {};
    await sql.withdraw(trx, about.of, about.subject, states);
    await sql.insert(trx, held);
    await ledger.append([
      {
        kind: 'name.held',
        ts: held.at,
        id: held.id,
        of: about.of,
        subject: about.subject,
        ...(about.of === 'title' ? { broadcast: about.subject } : {}),
        user: about.owner,
        by: by.id,
        text,
        category: screened.category,
        hits: screened.hits.map(({ term, category, start, end, stages }) => ({
          term,
          category,
          start,
          end,
          stages,
        })),
        trace: [
          {
            step: 'lexicon',
            rule: screened.category,
            verdict: state === 'held' ? 'hold' : 'refuse',
            lexicon: screened.version,
            thresholds: screened.thresholds,
          },
        ],
      },
    ]);
  });
  return held;
}

/** Another name was set that needs nobody: what waited or was refused is over. */
export async function withdrawNames(control: Control, of: HeldName['of'], subject: string): Promise<void> {
  await control.database.write((trx) => sql.withdraw(trx, of, subject));
}

/** What a name says; undefined once its time of keeping is over. */
export async function saidName({ ledger }: Control, { id, owner, at }: HeldName) {
  const query = {
    log: 'content' as const,
    kind: 'name.held',
    user: owner,
    from: at,
    to: at + 1,
    limit: MAX_AT_ONCE,
  };
  for await (const record of ledger.search(query)) if (record.id === id) return saidOf([record]);
  return undefined;
}
