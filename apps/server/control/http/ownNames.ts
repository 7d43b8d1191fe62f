import { isId } from '@weir/kit';
import { Type } from 'typebox';
import type { Control } from '../control.ts';
import { contestName } from '../names/answer.ts';
import { saidName } from '../names/hold.ts';
import { ANSWERED, type HeldName, WAITING } from '../names/name.ts';
import * as sql from '../sql/names.ts';
import { actorOf } from './lexicon.ts';
import { nameIdOf, Of, State } from './names.ts';
import { type Route, route } from './route.ts';
import { Done, list, Nullable, Time } from './schema.ts';

/** The latest names of one person that are told of. */
const MAX_OWN = 20;

const Own = Type.Object({
  id: Type.String(),
  of: Of,
  subject: Type.String(),
  text: Nullable(Type.String()),
  state: State,
  category: Type.String(),
  reason: Nullable(Type.String()),
  at: Time,
  seen: Type.Boolean({ description: 'false: a person has answered, and that was not seen yet' }),
});

/** What the screen refused at once its owner was told, where it was they who asked for it. */
const isNews = ({ state, seenAt, answeredBy, by, owner }: HeldName): boolean =>
  ANSWERED.includes(state) && seenAt === null && (answeredBy !== null || by !== owner);

/** What its owner may know: where somebody doubted it, and not by which term. */
async function own(control: Control, one: HeldName) {
  const { id, of, subject, state, category, reason, at } = one;
  const said = await saidName(control, one);
  const text = said?.text ?? null;
  return {
    id,
    of,
    subject,
    text,
    state,
    category,
    reason,
    at: new Date(at).toISOString(),
    seen: !isNews(one),
  };
}

const latest = (control: Control, owner: string): Promise<HeldName[]> =>
  control.database.read((db) => sql.ofOwner(db, owner, MAX_OWN));

/** One's own titles and nicknames that a person has to look at. */
export const ownNameRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/names/:name/contest',
    summary: 'Object to the refusal of a title or nickname of one’s own, once; another person answers',
    permission: 'signed_in',
    answer: Own,
    errors: ['not_found', 'forbidden', 'not_refused', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => own(call.control, await contestName(call.control, nameIdOf(call), actorOf(call))),
  }),
  route({
    method: 'GET',
    url: '/api/me/names',
    summary: 'One’s own titles and nicknames that wait, were refused or released, the latest first',
    permission: 'signed_in',
    answer: list(Own),
    errors: ['database_unavailable'],
    run: async (call) => {
      const found = await latest(call.control, actorOf(call).id);
      return { items: await Promise.all(found.map((one) => own(call.control, one))), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/api/me/names/seen',
    summary: 'One has seen what a person answered; it is no news any more',
    permission: 'signed_in',
    body: Type.Object({
      ids: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: MAX_OWN }),
    }),
    answer: Done,
    errors: ['database_unavailable'],
    run: async (call) => {
      const { control, body } = call;
      const { id } = actorOf(call);
      const ids = body.ids.filter(isId);
      if (ids.length > 0) await control.database.write((trx) => sql.see(trx, id, ids, control.clock.now()));
      return { ok: true };
    },
  }),
  route({
    method: 'GET',
    url: '/api/me/news',
    summary: 'How many titles and nicknames of one’s own wait for a person, and have an answer not seen yet',
    permission: 'signed_in',
    answer: Type.Object({ names: Type.Object({ waiting: Type.Integer(), answered: Type.Integer() }) }),
    errors: ['database_unavailable'],
    run: async (call) => {
      const found = await latest(call.control, actorOf(call).id);
      const waiting = found.filter(({ state }) => WAITING.includes(state)).length;
      return { names: { waiting, answered: found.filter(isNews).length } };
    },
  }),
];
