import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { Control } from '../control.ts';
import { type Route, route } from './route.ts';
import { Nullable, Time } from './schema.ts';

const Path = Type.String({ minLength: 1, maxLength: 4_096 });
const Phase = Type.Union([
  Type.Literal('database'),
  Type.Literal('ledger'),
  Type.Literal('media'),
  Type.Literal('keys'),
]);
const Progress = { phase: Phase, done: Type.Number({ minimum: 0 }), of: Type.Number({ minimum: 0 }) };
const Backup = Type.Object({
  last: Nullable(
    Type.Object({
      generation: Type.String(),
      at: Time,
      doneAt: Time,
      to: Type.String(),
      bytes: Type.Integer({ description: 'of all that it holds, before encryption' }),
      written: Type.Integer({ description: 'bytes that were new in the target' }),
      entries: Type.Integer(),
    }),
  ),
  running: Nullable(Type.Object({ ...Progress, to: Type.String(), at: Time })),
  keysBehind: Type.Boolean({
    description: 'the target cannot be reached: a restore would not know the latest cuts and purges',
  }),
});
const Open = Type.Object({}, { additionalProperties: true });
const Done = Type.Object({});
const Count = Type.Integer({ minimum: 0 });

/** What `weir backup` asks of the service; it copies by itself. All but the first is for the machine's own operator. */
export const backupRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/backup',
    summary: 'The last backup, and the one that runs',
    permission: 'admin',
    answer: Backup,
    run: ({ control }) => present(control),
  }),
  route({
    method: 'POST',
    url: '/api/backup',
    summary: 'Take a cut for a backup; what to copy, and how to reach the database at that instant',
    permission: 'operator',
    body: Type.Object({
      to: Path,
      pid: Type.Optional(Type.Integer({ minimum: 2, description: 'the process that will copy' })),
    }),
    answer: Open,
    errors: ['conflict', 'storage_failed', 'database_unavailable'],
    records: 'access',
    run: ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      return control.backups.begin(body, actor);
    },
  }),
  route({
    method: 'POST',
    url: '/api/backup/:order/progress',
    summary: 'How far the copy has come; at least once a minute',
    permission: 'operator',
    body: Type.Object(Progress),
    answer: Done,
    errors: ['not_found'],
    run: ({ control, params, body }) => {
      control.backups.heard(params['order'] as string, body);
      return {};
    },
  }),
  route({
    method: 'POST',
    url: '/api/backup/:order/keys',
    summary: 'Write the key part of the target, and keep it current from now on',
    permission: 'operator',
    body: Type.Object({
      dir: Path,
      recipients: Type.Array(Type.String({ maxLength: 4_096 }), { minItems: 1, maxItems: 16 }),
      withKek: Type.Boolean(),
    }),
    answer: Done,
    errors: ['not_found', 'storage_failed'],
    run: async ({ control, params, body }) => {
      await control.backups.writeKeys(params['order'] as string, body);
      return {};
    },
  }),
  route({
    method: 'POST',
    url: '/api/backup/:order/end',
    summary: 'What came of it',
    permission: 'operator',
    body: Type.Object({
      outcome: Type.Union([Type.Literal('done'), Type.Literal('failed')]),
      generation: Type.Optional(Type.String({ maxLength: 200 })),
      bytes: Type.Optional(Count),
      written: Type.Optional(Count),
      entries: Type.Optional(Count),
      why: Type.Optional(Type.String({ maxLength: 2_000 })),
    }),
    answer: Done,
    errors: ['not_found', 'database_unavailable', 'storage_failed'],
    records: 'access',
    run: async ({ control, params, body }) => {
      const { outcome, generation = '', bytes = 0, written = 0, entries = 0, why = '' } = body;
      const end =
        outcome === 'done'
          ? ({ outcome, made: { generation, bytes, written, entries } } as const)
          : ({ outcome, why } as const);
      await control.backups.end(params['order'] as string, end);
      return {};
    },
  }),
];

const iso = (ms: number): string => new Date(ms).toISOString();

function present({ backups }: Control) {
  const { last, running } = backups;
  return {
    last: last ? { ...last, at: iso(last.at), doneAt: iso(last.doneAt) } : null,
    running: running ? { ...running, at: iso(running.at) } : null,
    keysBehind: backups.keys.isBehind,
  };
}
