import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Broadcast } from '../broadcast.ts';
import type { Control } from '../control.ts';
import type { Person } from '../people.ts';
import { compress } from './compress.ts';
import { type Admitted, admit } from './door.ts';
import { mustBeSameOrigin } from './origin.ts';
import { codesOf, refusals } from './refusals.ts';
import type { Route } from './route.ts';
import { closed, readNumbers } from './strict.ts';

/** Every `:name` in an address is a text; what it names is looked up. */
function paramsOf(url: string): object {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  return names.length > 0 ? { params: { type: 'object', properties, required: names } } : {};
}

/** Puts one route of the API into Fastify: its schema, the door before it, and what it does. */
export function mount(
  app: FastifyInstance,
  control: Control,
  route: Route,
  isLocal: (socket: object) => boolean,
): void {
  const admitted = new WeakMap<object, Admitted>();
  const redirects = 'type' in route.answer && route.answer.type === 'null';
  const status = route.status ?? (redirects ? 302 : 200);
  const { query } = route;
  const options: RouteOptions = {
    method: route.method,
    url: route.url,
    ...(route.large ? { bodyLimit: control.config.limitLexiconBytes || Number.MAX_SAFE_INTEGER } : {}),
    schema: {
      summary: route.summary,
      tags: [route.url.split('/')[2] ?? 'api'],
      ...paramsOf(route.url),
      ...(route.body ? { body: closed(route.body) } : {}),
      ...(query ? { querystring: closed(query) } : {}),
      response: {
        [status]: answerOf(route, redirects),
        ...refusals(codesOf(route), route.statuses),
      },
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
    ...(route.compressed ? { onSend: compress } : {}),
    preValidation: async (request) => {
      if (route.body) request.body ??= {};
      if (query) readNumbers(request.query, query);
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

function answerOf({ answer, media }: Route, redirects: boolean): object {
  if (redirects) return { description: 'Location has the address', type: 'null' };
  return media ? { description: 'A file', content: { [media]: { schema: answer } } } : answer;
}
