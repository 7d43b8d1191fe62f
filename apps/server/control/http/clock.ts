import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { MAX_MOVE_MS } from '../../time/duration.ts';
import { type Route, route } from './route.ts';
import { Time } from './schema.ts';

const Answer = Type.Object({
  now: Time,
  simulated: Type.Boolean(),
  offsetMs: Type.Integer({ description: 'how far it is ahead of the machine' }),
});

export const clockRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/clock',
    summary: 'The time by which sessions, terms and days are reckoned here',
    permission: 'anyone',
    answer: Answer,
    run: ({ control }) => answer(control.clock.now(), control.simulation?.offsetMs),
  }),
  route({
    method: 'POST',
    url: '/api/clock/advance',
    summary: 'Move the clock of a simulated store on; answered when every process has it',
    permission: 'admin',
    body: Type.Object({ ms: Type.Integer({ minimum: 1, maximum: MAX_MOVE_MS }) }),
    answer: Answer,
    errors: ['not_simulated', 'clock_waits', 'conflict', 'storage_failed', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, body: { ms } }) => {
      const { simulation, clock, database, outbox } = control;
      if (!simulation)
        throw new Problem('not_simulated', 'Only a store made by weir start --simulated has a clock to move');
      if (!actor) throw new Problem('sign_in');
      const record = { kind: 'clock.advanced', ts: clock.now(), user: actor.id, byMs: ms };
      await database.write((trx) => outbox.record(trx, 'access', record));
      await outbox.flush();
      await simulation.advance(ms);
      return answer(clock.now(), simulation.offsetMs);
    },
  }),
];

const answer = (now: number, offsetMs: number | undefined) => ({
  now: new Date(now).toISOString(),
  simulated: offsetMs !== undefined,
  offsetMs: offsetMs ?? 0,
});
