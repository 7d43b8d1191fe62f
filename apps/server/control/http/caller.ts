import type { FastifyRequest } from 'fastify';
import type { Caller } from '../accessNotes.ts';

/** A device names itself in as many characters at most. */
const MAX_DEVICE = 200;

/** From where a request comes: the address as `WEIR_TRUST_PROXY` lets it be believed, and what the client calls itself. */
export const callerOf = (request: FastifyRequest): Caller => ({
  address: request.ip ?? 'local',
  device: (request.headers['user-agent'] ?? '').slice(0, MAX_DEVICE),
});
