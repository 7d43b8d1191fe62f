import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { Problem } from '@weir/kit';
import fastify, { type FastifyInstance } from 'fastify';
import type { Control } from '../control.ts';
import { backupRoutes } from './backup.ts';
import { broadcastRoutes } from './broadcasts.ts';
import { clipRoutes } from './clips.ts';
import { clockRoutes } from './clock.ts';
import { contestRoutes } from './contests.ts';
import { deskRoutes } from './desk.ts';
import { Events } from './events.ts';
import { floodRoutes } from './floods.ts';
import { gateRoutes } from './gate.ts';
import { healthRoutes } from './health.ts';
import { holdRoutes } from './holds.ts';
import { lexiconRoutes } from './lexicon.ts';
import { logRoutes } from './log.ts';
import { meRoutes } from './me.ts';
import { mount } from './mount.ts';
import { nameRoutes } from './names.ts';
import { ownNameRoutes } from './ownNames.ts';
import { pageFor, servePages } from './pages.ts';
import { sendProblem } from './problems.ts';
import { ProblemSchema } from './refusals.ts';
import { retentionRoutes } from './retention.ts';
import { roomRoutes } from './rooms.ts';
import type { Route } from './route.ts';
import { serviceRoutes } from './service.ts';
import { sessionRoutes } from './session.ts';
import { siteRoutes } from './site.ts';
import { talkRoutes } from './talk.ts';
import { thresholdRoutes } from './thresholds.ts';
import { timelineRoutes } from './timeline.ts';
import { tryRoutes } from './try.ts';
import { userRoutes } from './users.ts';
import { waitingRoutes } from './waiting.ts';

/** The whole API, a file per noun. */
export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...siteRoutes,
  ...broadcastRoutes,
  ...gateRoutes,
  ...deskRoutes,
  ...roomRoutes,
  ...userRoutes,
  ...logRoutes,
  ...retentionRoutes,
  ...holdRoutes,
  ...clipRoutes,
  ...timelineRoutes,
  ...clockRoutes,
  ...serviceRoutes,
  ...backupRoutes,
  ...lexiconRoutes,
  ...tryRoutes,
  ...contestRoutes,
  ...floodRoutes,
  ...nameRoutes,
  ...ownNameRoutes,
  ...waitingRoutes,
  ...thresholdRoutes,
  ...meRoutes,
  ...talkRoutes,
];

/** A client that trickles its header is let go after this; a body, after the request's time. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const MAX_CONNECTIONS = 10_000;
/** How often slow clients are looked for; by default half a minute. */
const LOOK_EACH_MS = 1_000;

/**
 * Builds the HTTP side of control. `isLocal` tells connections of the operator's own socket.
 * Everything it answers that is not a success is problem+json.
 */
export async function buildServer(
  control: Control,
  isLocal: (socket: object) => boolean,
): Promise<{ app: FastifyInstance; events: Events }> {
  const { config, log } = control;
  const app = fastify({
    bodyLimit: config.limitBodyBytes || Number.MAX_SAFE_INTEGER,
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: true,
    http: { connectionsCheckingInterval: LOOK_EACH_MS },
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    frameworkErrors: (why, request, reply) => void sendProblem(log, request, reply, why),
  });
  app.server.headersTimeout = HEADERS_WITHIN_MS;
  app.server.maxConnections = MAX_CONNECTIONS;
  app.addSchema(ProblemSchema);
  app.setErrorHandler((why, request, reply) => sendProblem(log, request, reply, why));
  app.setNotFoundHandler((request, reply) => {
    const page =
      request.method === 'GET' ? pageFor(request.url, reply, request.headers.accept ?? '') : undefined;
    return page ?? sendProblem(log, request, reply, new Problem('not_found'));
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, {});
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(new Problem('bad_request', 'The body is not JSON'));
    }
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'same-origin');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    // Pages reckon how long ago something was by the clock that it was written with.
    if (control.simulation) reply.header('date', new Date(control.clock.now()).toUTCString());
  });
  await app.register(cookie);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Weir', description: 'Live streaming with its governance built in', version: '0.1.0' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'weir_session' },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (json['$id'] as string) ?? `schema-${i}`,
    },
    transform: ({ schema, url, route }) => {
      const { permission = 'anyone', records } = (route.config ?? {}) as {
        permission?: string;
        records?: string;
      };
      return {
        url,
        schema: {
          ...schema,
          security: permission === 'anyone' ? [{}] : [{ bearer: [] }, { cookie: [] }],
          'x-permission': permission,
          ...(records ? { 'x-records': records } : {}),
        } as typeof schema,
      };
    },
  });
  for (const route of ROUTES) mount(app, control, route, isLocal);
  healthRoutes(app, control);
  const events = new Events(control);
  events.listen(app);
  const Document = { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true };
  app.get('/api/openapi.json', { schema: { summary: 'This document', response: { 200: Document } } }, () =>
    app.swagger(),
  );
  await servePages(app, control);
  await app.ready();
  return { app, events };
}
