import { type Log, newId, Problem, type ProblemCode } from '@weir/kit';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Values listed in a refusal take so many characters at most; of more the document says which there are. */
const LISTED_CHARS = 200;

/** That a value is none of those there are, with what they are. */
function noneOf(values: unknown[]): string {
  const listed = values.join(', ');
  return `must be one of ${listed.length <= LISTED_CHARS ? listed : 'those that /api/openapi.json lists'}`;
}

/** What a value may be where the schema lists it as constants: each that it is not is an error of its own. */
function constantsOf(errors: NonNullable<FastifyError['validation']>): unknown[] | undefined {
  const [first] = errors;
  if (first?.keyword !== 'const') return undefined;
  return errors
    .filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === first.instancePath)
    .map(({ params }) => params['allowedValue']);
}

/** Fastify's own errors in words of the catalogue. */
function known(why: FastifyError): Problem | undefined {
  if (why.validation) {
    const [first] = why.validation;
    const at = first?.instancePath.replaceAll('/', '.').replace(/^\./, '');
    const unknown = first?.params['additionalProperty'];
    const allowed = first?.params['allowedValues'] ?? constantsOf(why.validation);
    const what =
      unknown !== undefined
        ? `has the unknown member ${unknown}`
        : Array.isArray(allowed)
          ? noneOf(allowed)
          : first?.message;
    const where = why.validationContext === 'querystring' ? 'query' : why.validationContext;
    return new Problem('bad_request', [where, at, what].filter(Boolean).join(' '));
  }
  if (why.statusCode === 413) return new Problem('too_large');
  if (why.statusCode === 404) return new Problem('not_found');
  if (why.statusCode !== undefined && why.statusCode < 500) return new Problem('bad_request', why.message);
  return undefined;
}

/** Answers any error as problem+json (RFC 9457). What is no `Problem` is logged under an id and told by that alone. */
export function sendProblem(
  log: Log,
  request: FastifyRequest,
  reply: FastifyReply,
  why: unknown,
): FastifyReply {
  let problem = why instanceof Problem ? why : known(why as FastifyError);
  // What broke behind the bus comes as `internal` too; its words are for the log.
  if (!problem || problem.code === 'internal') {
    const id = newId();
    const { name, message, stack } = why as Error;
    log.error({ id, route: request.routeOptions.url, err: { name, message, stack } }, 'request failed');
    problem = new Problem('internal', undefined, { id });
  }
  const { statuses } = request.routeOptions.config as { statuses?: Partial<Record<ProblemCode, number>> };
  const status = statuses?.[problem.code] ?? problem.status;
  if (status === 429 || status === 503) reply.header('retry-after', '1');
  return reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem.body(), status }));
}
