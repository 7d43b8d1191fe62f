import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { reopen } from '../backup/reopen.ts';
import type { Control } from '../control.ts';
import { type Route, route } from './route.ts';
import { Nullable, Time } from './schema.ts';

const Restored = Type.Object({
  restoredAt: Time,
  generation: Type.String({ description: 'of the backup' }),
  cutAt: Type.String({ description: 'the instant of the backup: what came after it is lost' }),
  knownUntil: Type.String({ description: 'cuts and closed accounts after it are not known here' }),
  reopened: Nullable(Type.Object({ by: Type.String(), at: Time, note: Type.String() })),
});
const Service = Type.Object({
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')], {
    description: 'closed: it was restored from a backup and every gate waits for an administrator',
  }),
  restored: Nullable(Restored),
});

export const serviceRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/service',
    summary: 'Whether the service is open, or closed since it was restored from a backup',
    permission: 'staff',
    answer: Service,
    run: ({ control }) => present(control),
  }),
  route({
    method: 'POST',
    url: '/api/service/reopen',
    summary: 'Open a service that was restored from a backup: the gates are what policy says again',
    permission: 'admin',
    body: Type.Object({ note: Type.String({ minLength: 1, maxLength: 2_000 }) }),
    answer: Service,
    errors: ['conflict', 'not_ready', 'storage_failed', 'database_unavailable'],
    records: 'moderation',
    run: async ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      await reopen(control, body.note, actor);
      return present(control);
    },
  }),
];

const iso = (ms: number): string => new Date(ms).toISOString();

function present({ closure }: Control) {
  const { restored } = closure;
  return {
    state: closure.isClosed ? ('closed' as const) : ('open' as const),
    restored: restored
      ? {
          restoredAt: iso(restored.restoredAt),
          generation: restored.generation,
          cutAt: iso(restored.cutAt),
          knownUntil: iso(restored.knownUntil),
          reopened: restored.reopened ? { ...restored.reopened, at: iso(restored.reopened.at) } : null,
        }
      : null,
  };
}
