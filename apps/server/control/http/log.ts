import { Problem } from '@weir/kit';
import { KINDS, LOGS } from '@weir/ledger';
import { Type } from 'typebox';
import { cannotBe } from '../../cannotBe.ts';
import type { Actor, Control } from '../control.ts';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';

const MAX_RECORDS = 10_000;
const PAGE_RECORDS = 1_000;
/** A page is given out after so long with what was found until then; its cursor goes on from there. */
const PAGE_WITHIN_MS = 5_000;
const Word = Type.Optional(Type.String({ maxLength: 200 }));
const Broadcast = Type.Optional(Type.String({ maxLength: 200, description: 'id of a broadcast' }));
const Reference = Type.Optional(Type.String({ minLength: 1, maxLength: 500 }));

type Asked = { text?: string; cursor?: string; [field: string]: unknown };

/**
 * What of a search goes into the `access` log. What was searched for is content: that it was, and how long it is, is
 * enough, and may be kept longer.
 */
function recorded({ text, cursor, ...named }: Asked): object {
  return {
    ...named,
    ...(text === undefined ? {} : { textLength: text.length }),
    ...(cursor === undefined ? {} : { continued: true }),
  };
}

const NAMES = new Set(['log', 'kind', 'room', 'broadcast', 'user', 'from', 'to', 'case', 'ground', 'limit']);

/** A search that the door refused: who tried what. Only fields of a search, none longer than one may be. */
async function refused(control: Control, actor: Actor, query: unknown): Promise<void> {
  const asked = Object.entries(query as object).filter(
    ([name, value]) => NAMES.has(name) && typeof value === 'string',
  );
  const short = asked.map(([name, value]) => [name, String(value).slice(0, 200)]);
  await control.refusedLooks.note(control, actor, {
    what: 'log',
    refused: 'forbidden',
    query: Object.fromEntries(short),
  });
}

export const logRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/log',
    summary:
      'Records of the logs that fit, oldest first, page by page; looking for a person needs a case or a ground',
    permission: 'admin',
    query: Type.Object({
      log: Type.Optional(Type.Enum([...LOGS])),
      kind: Type.Optional(
        Type.Enum(Object.keys(KINDS), { description: 'packages/ledger/README.md says what is in each' }),
      ),
      room: Broadcast,
      broadcast: Broadcast,
      user: Type.Optional(
        Type.String({ maxLength: 200, description: 'id of an account, or local, system, unknown' }),
      ),
      text: Word,
      from: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms' })),
      to: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms, exclusive' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RECORDS })),
      cursor: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before' })),
      case: Reference,
      ground: Reference,
    }),
    answer: Type.Object({
      items: Type.Array(Type.Object({}, { additionalProperties: true })),
      next: Type.Union([Type.String(), Type.Null()]),
    }),
    errors: ['bad_request', 'ground_required', 'rate', 'database_unavailable'],
    records: 'access',
    refused,
    run: async ({ control, actor, query }) => {
      const impossible = cannotBe(query);
      if (impossible !== undefined) throw new Problem('bad_request', `query: ${impossible}`);
      const { case: _, ground: __, cursor, limit = PAGE_RECORDS, ...asked } = query;
      const isPersonal = query.user !== undefined;
      const isGrounded = [query.case, query.ground].some(
        (given) => given !== undefined && given.trim() !== '',
      );
      const look = { what: 'log' as const, query: recorded(query) };
      if (isPersonal && !isGrounded) {
        if (actor) await lookedAt(control, actor, { ...look, refused: 'ground_required' });
        throw new Problem('ground_required', 'Say why you look for this person: case or ground');
      }
      if (actor) await lookedAt(control, actor, look);
      const page = await control.ledger.page({ ...asked, limit }, { cursor, withinMs: PAGE_WITHIN_MS });
      // In a record the number and log stand first, as DOORS.md writes them.
      return {
        items: page.items.map(({ log, n, ts, v, ...rest }) => ({
          log,
          n,
          ts: new Date(ts).toISOString(),
          ...rest,
        })),
        next: page.next,
      };
    },
  }),
];
