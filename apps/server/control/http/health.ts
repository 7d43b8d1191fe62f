import { isLoopback, Problem } from '@weir/kit';
import type { FastifyInstance } from 'fastify';
import type { Control } from '../control.ts';
import { holderOf, permits } from './door.ts';
import { isForwarded } from './origin.ts';
import { refusals } from './refusals.ts';

/** Processes whose figures are gathered, where they run. */
const OTHERS = ['vault', 'edge', 'supervisor', 'review'];
const GATHER_WITHIN_MS = 1_000;

/** Prometheus text of all processes; one that is away is left out. The same HELP line is printed once. */
async function gather(control: Control): Promise<string> {
  const texts = await Promise.all([
    control.metrics.registry.metrics(),
    ...OTHERS.map((name) =>
      control.bus.request<string>(`metrics.${name}`, null, GATHER_WITHIN_MS).catch(() => ''),
    ),
  ]);
  const families = new Map<string, { head: string[]; samples: string[] }>();
  for (const text of texts) {
    let family = { head: [] as string[], samples: [] as string[] };
    for (const line of text.split('\n')) {
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
      if (name) {
        family = families.get(name) ?? { head: [], samples: [] };
        families.set(name, family);
        if (family.head.length < 2) family.head.push(line);
      } else if (line !== '') family.samples.push(line);
    }
  }
  return [...families.values()]
    .flatMap(({ head, samples }) => [...head, ...samples])
    .join('\n')
    .concat('\n');
}

const Health = {
  description: 'alive',
  type: 'object',
  properties: { status: { type: 'string' }, simulated: { type: 'boolean' } },
};
const Ready = {
  description: 'ready',
  type: 'object',
  properties: {
    status: { type: 'string' },
    database: { type: 'boolean' },
    caughtUp: { type: 'boolean' },
    edge: { type: 'boolean' },
    bucket: {
      type: 'string',
      enum: ['none', 'ok', 'away', 'refused', 'missing'],
      description:
        'other than none and ok: recordings and seals wait on the disk; the service is ready all the same',
    },
    recordingsWaiting: { type: 'integer' },
    daysToSeal: { type: 'integer' },
  },
};
const Figures = { description: 'Prometheus text', content: { 'text/plain': { schema: { type: 'string' } } } };

/** Liveness, readiness and metrics: for machines, outside `/api`. */
export function healthRoutes(app: FastifyInstance, control: Control): void {
  app.get('/healthz', { schema: { summary: 'This process answers', response: { 200: Health } } }, () => ({
    status: 'ok',
    ...(control.simulation ? { simulated: true } : {}),
  }));

  app.get(
    '/readyz',
    {
      schema: {
        summary: '200 when database and edge are there and earlier work is finished',
        response: { 200: Ready, ...refusals(['not_ready']) },
      },
    },
    () => {
      const parts = {
        database: control.database.up,
        // Work left by an earlier process is finished, and demo accounts have today's password.
        caughtUp: control.database.caughtUp,
        edge: control.edges.fresh(),
      };
      const { state, waiting, daysToSeal } = control.recordings.report;
      const bucket = {
        bucket: state,
        ...(state === 'none' ? {} : { recordingsWaiting: waiting, daysToSeal }),
      };
      if (!Object.values(parts).every(Boolean))
        throw new Problem('not_ready', undefined, { ...parts, ...bucket });
      return { status: 'ready', ...parts, ...bucket };
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Prometheus; open on loopback, else for admins',
        response: { 200: Figures, ...refusals(['sign_in', 'forbidden']) },
      },
    },
    async (request, reply) => {
      const open = isLoopback(control.config.bind) && isLoopback(request.ip) && !isForwarded(request);
      if (!open) {
        const actor = holderOf(control, request);
        if (!actor) throw new Problem('sign_in');
        if (!permits('admin', actor)) throw new Problem('forbidden');
      }
      return reply.type('text/plain; version=0.0.4').send(await gather(control));
    },
  );
}
