import { PROBLEMS, type ProblemCode } from '@weir/kit';
import { doorCodes } from './door.ts';
import type { Route } from './route.ts';

/** RFC 9457 problem details as the document names them. */
export const ProblemSchema = {
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

/** Every code a route may answer: those of the door, of its body and query, and its own. */
export function codesOf(route: Route): ProblemCode[] {
  const codes: ProblemCode[] = [...doorCodes(route), ...(route.errors ?? []), 'internal'];
  // A page of another origin is refused wherever something could change; so is a body that is no JSON.
  if (route.method !== 'GET') codes.push('forbidden', 'bad_request', 'too_large');
  // Decided, and the ledger's disk refuses the record.
  if (route.records) codes.push('storage_failed');
  if (route.query) codes.push('bad_request');
  return codes;
}

/** The answers that refuse, by status, each with the codes it may have. */
export function refusals(
  codes: readonly ProblemCode[],
  statuses: Partial<Record<ProblemCode, number>> = {},
): Record<string, object> {
  const byStatus = new Map<number, Set<string>>();
  for (const code of codes) {
    const status = statuses[code] ?? PROBLEMS[code][0];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, set]) => [
      status,
      {
        description: [...set].join(', '),
        content: {
          'application/problem+json': {
            schema: {
              type: 'object',
              allOf: [{ $ref: 'Problem#' }],
              properties: { code: { type: 'string', enum: [...set] } },
            },
          },
        },
      },
    ]),
  );
}
