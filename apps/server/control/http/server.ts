import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { PROBLEMS, Problem, type ProblemCode } from '@weir/kit';
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import type { Broadcast } from '../broadcast.ts';
import type { Control } from '../control.ts';
import type { Person } from '../people.ts';
import { broadcastRoutes } from './broadcasts.ts';
import { deskRoutes } from './desk.ts';
import { type Admitted, admit, doorCodes } from './door.ts';
import { Events } from './events.ts';
import { gateRoutes } from './gate.ts';
import { healthRoutes } from './health.ts';
import { logRoutes } from './log.ts';
import { mustBeSameOrigin } from './origin.ts';
import { pageFor, servePages } from './pages.ts';
import { sendProblem } from './problems.ts';
import { roomRoutes } from './rooms.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { siteRoutes } from './site.ts';
import { userRoutes } from './users.ts';

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
];

/** A client that trickles its header is let go after this; a body, after the request's time. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const MAX_CONNECTIONS = 10_000;

const ProblemSchema = {
  $id: 'Problem',
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'code'],
  additionalProperties: true,
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    detail: { type: 'string' },
  },
};

/** Every code a route may answer, by status: for the document, and for the test that walks it. */
function refusals(route: Route): Record<string, object> {
  const codes: ProblemCode[] = [...doorCodes(route), ...(route.errors ?? [])];
  if (route.body || route.query) codes.push('bad_request');
  if (route.body) codes.push('too_large');
  const byStatus = new Map<number, Set<string>>();
  for (const code of codes) {
    const status = route.statuses?.[code] ?? PROBLEMS[code][0];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, set]) => [
      status,
      {
        description: [...set].join(', '),
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
      },
    ]),
  );
}

function mount(
  app: FastifyInstance,
  control: Control,
  route: Route,
  isLocal: (socket: object) => boolean,
): void {
  const admitted = new WeakMap<object, Admitted>();
  const params = { type: 'object', properties: { id: { type: 'string' } } };
  const status = route.status ?? ('type' in route.answer && route.answer.type === 'null' ? 302 : 200);
  const options: RouteOptions = {
    method: route.method,
    url: route.url,
    schema: {
      summary: route.summary,
      tags: [route.url.split('/')[2] ?? 'api'],
      ...(route.url.includes(':id') ? { params } : {}),
      ...(route.body ? { body: route.body } : {}),
      ...(route.query ? { querystring: route.query } : {}),
      response: { ...(status === 302 ? {} : { [status]: route.answer }), ...refusals(route) },
    },
    config: {
      permission: route.permission,
      statuses: route.statuses ?? {},
      records: route.records,
    } as object,
    onRequest: async (request) => {
      const local = isLocal(request.raw.socket);
      if (!local) mustBeSameOrigin(request, control.config);
      admitted.set(request, await admit(control, route, request, local));
    },
    preValidation: async (request) => {
      if (route.body) request.body ??= {};
    },
    handler: async (request, reply) => {
      const { actor, broadcast, person, room } = admitted.get(request) as Admitted;
      const result = await route.run({
        control,
        request,
        reply,
        actor,
        params: request.params as Record<string, string>,
        body: request.body,
        query: request.query,
        broadcast: broadcast as Broadcast,
        person: person as Person,
        room: room as string,
      });
      return result === reply ? reply : reply.status(status).send(result);
    },
  };
  app.route(options);
}

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
    bodyLimit: config.limitBodyBytes,
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: true,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    ajv: { customOptions: { removeAdditional: true, coerceTypes: false, allErrors: false } },
    frameworkErrors: (why, request, reply) => void sendProblem(log, request, reply, why),
  });
  app.server.headersTimeout = HEADERS_WITHIN_MS;
  app.server.maxConnections = MAX_CONNECTIONS;
  app.addSchema(ProblemSchema);
  app.setErrorHandler((why, request, reply) => sendProblem(log, request, reply, why));
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' ? pageFor(request.url, reply) : undefined;
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
  app.get('/api/openapi.json', { schema: { summary: 'This document' } }, () => app.swagger());
  await servePages(app, control);
  await app.ready();
  return { app, events };
}
