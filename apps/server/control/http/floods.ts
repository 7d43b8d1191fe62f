import { isId } from '@weir/kit';
import { Type } from 'typebox';
import { saidOf } from '../contests.ts';
import { pageOf } from './page.ts';
import { type Route, route } from './route.ts';
import { Author, list, Nullable, Time } from './schema.ts';

const MAX_PAGE = 50;
const iso = (at: number): string => new Date(at).toISOString();

export const floodRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/floods/alone',
    summary:
      'Messages of flood machines that their authors alone have seen, in every room, the latest first: since when, and when they were told',
    permission: 'staff',
    query: Type.Object({
      after: Type.Optional(Type.String({ maxLength: 64, description: 'the `next` of the page before' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(
      Type.Object({
        id: Type.String(),
        room: Type.String(),
        title: Type.String(),
        user: Author,
        text: Nullable(Type.String({ description: 'null once its time of keeping is over' })),
        at: Time,
        tellAt: Time,
        toldAt: Nullable(Time),
      }),
    ),
    run: async ({ control, actor, query: { after, limit = MAX_PAGE } }) => {
      if (after !== undefined && !isId(after)) return { items: [], next: null };
      control.deskLooks.note(control, actor, { what: 'floods' });
      const { page, next } = pageOf(control.alone.list(after, limit + 1), limit);
      const items = [];
      for (const { id, room, user, at, tellAt, toldAt } of page) {
        const said = saidOf(await control.ledger.recordsOf(id));
        items.push({
          id,
          room,
          title: control.broadcasts.get(room)?.title ?? '',
          user: { id: user, nickname: said?.nickname || (control.people.get(user)?.nickname ?? user) },
          text: said?.text ?? null,
          at: iso(at),
          tellAt: iso(tellAt),
          toldAt: toldAt === null ? null : iso(toldAt),
        });
      }
      return { items, next };
    },
  }),
];
