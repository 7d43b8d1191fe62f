import { Type } from 'typebox';
import { type Contest, saidOf } from '../contests.ts';
import type { Control } from '../control.ts';
import * as sql from '../sql/contests.ts';
import { actorOf } from './lexicon.ts';
import { type Route, route } from './route.ts';
import { list, Nullable, Time } from './schema.ts';

/** How far back one's own messages are shown, and how many. */
const BACK_MS = 24 * 3_600_000;
const MAX_RECORDS = 2_000;
const MAX_SHOWN = 100;

type Records = Parameters<typeof saidOf>[0][number][];

/** The notes that people gave with their answers, by contest. */
async function notesOf(control: Control, contests: readonly Contest[]): Promise<Map<string, string>> {
  const notes = new Map<string, string>();
  const answered = contests.filter(({ answeredAt }) => answeredAt !== null);
  if (answered.length === 0) return notes;
  const from = Math.min(...answered.map(({ answeredAt }) => answeredAt ?? 0));
  const wanted = new Set(answered.map(({ id }) => id));
  for await (const record of control.ledger.search({
    log: 'moderation',
    kind: 'decision.made',
    from,
    limit: 10_000,
  })) {
    const { contest, note } = record as typeof record & { contest?: string; note?: string };
    if (contest !== undefined && wanted.has(contest) && note) notes.set(contest, note);
  }
  return notes;
}

export const meRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/me/messages',
    summary:
      'One’s own messages of the last day that were held or refused, the latest first, and their contests',
    permission: 'signed_in',
    answer: list(
      Type.Object({
        id: Type.String(),
        room: Type.String(),
        text: Type.String(),
        ts: Time,
        state: Type.Union([Type.Literal('held'), Type.Literal('refused'), Type.Literal('shown')]),
        code: Type.Optional(Type.String({ description: 'why it was refused: content, muted, or a reason' })),
        category: Type.Optional(Type.String()),
        places: Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer() })),
        contest: Nullable(
          Type.Object({
            id: Type.String(),
            state: Type.Union([Type.Literal('open'), Type.Literal('stands'), Type.Literal('overturned')]),
            at: Time,
            answeredAt: Nullable(Time),
            note: Type.Optional(Type.String()),
          }),
        ),
      }),
    ),
    errors: ['database_unavailable'],
    run: async (call) => {
      const { control } = call;
      const actor = actorOf(call);
      const from = control.clock.now() - BACK_MS;
      const byId = new Map<string, Records>();
      for await (const record of control.ledger.search({
        log: 'content',
        user: actor.id,
        from,
        limit: MAX_RECORDS,
      })) {
        if (typeof record.id !== 'string' || !record.kind.startsWith('message.')) continue;
        byId.set(record.id, [...(byId.get(record.id) ?? []), record]);
      }
      const judged = [...byId]
        .filter(([id, records]) => {
          // What its author alone sees for now is told when its time has come.
          if (control.alone.waits(id)) return false;
          return records.some(({ kind }) => kind !== 'message.published');
        })
        .slice(-MAX_SHOWN)
        .reverse();
      const found = await control.database.read((db) =>
        sql.ofMessages(
          db,
          judged.map(([id]) => id),
        ),
      );
      const contests = found.filter(({ kind }) => kind === 'contest');
      const notes = await notesOf(control, contests);
      const items = judged.flatMap(([id, records]) => {
        const said = saidOf(records);
        if (!said) return [];
        const own = contests.find(({ message }) => message === id);
        const note = own && notes.get(own.id);
        return [
          {
            id,
            room: String(records[0]?.room ?? ''),
            text: said.text,
            ts: new Date(said.ts).toISOString(),
            state: said.state === 'published' ? 'shown' : said.state,
            ...(said.code ? { code: said.code } : {}),
            ...(said.category ? { category: said.category } : {}),
            // Where, and not by which term: the lexicon is not told to those who look for its gaps.
            places: (said.hits ?? []).map(({ start, end }) => ({ start, end })),
            contest: own
              ? {
                  id: own.id,
                  state: own.state,
                  at: new Date(own.at).toISOString(),
                  answeredAt: own.answeredAt === null ? null : new Date(own.answeredAt).toISOString(),
                  ...(note ? { note } : {}),
                }
              : null,
          },
        ];
      });
      return { items, next: null };
    },
  }),
];
