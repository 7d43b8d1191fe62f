import type { ProblemCode } from '@weir/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Broadcast } from '../broadcast.ts';
import type { Actor, Control } from '../control.ts';
import type { Person } from '../people.ts';

/**
 * Who may call: `anyone`; `signed_in`; `publish` and `staff`, `admin` by role; `lexicon` by that right or as an admin,
 * `lexicon_read` staff besides; `owner` the broadcast's publisher or an admin; `owner_or_staff`; `moderate`
 * these and the room's moderators; `operator` whoever holds the machine, by control's own socket alone.
 */
export type Permission =
  | 'anyone'
  | 'signed_in'
  | 'publish'
  | 'staff'
  | 'lexicon'
  | 'lexicon_read'
  | 'admin'
  | 'operator'
  | 'owner'
  | 'owner_or_staff'
  | 'moderate';

/** What `:id` names: looked up before anything else, so that refusals come in their order. */
export type Subject = 'broadcast' | 'message' | 'person' | 'clip';

export type Call<B = unknown, Q = unknown> = {
  control: Control;
  request: FastifyRequest;
  reply: FastifyReply;
  actor: Actor | undefined;
  params: Record<string, string>;
  body: B;
  query: Q;
  /** Set where the route is about one. */
  broadcast: Broadcast;
  person: Person;
  /** The room of the message that the route is about. */
  room: string;
};

/**
 * One call of the API as one object: schema, permission, what it may refuse, and what it does. OpenAPI, the door
 * and the permission test are made from these.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  summary: string;
  permission: Permission;
  about?: Subject;
  /** A cut broadcast is refused with 410 unless `allowed`. */
  cut?: 'allowed' | 'refused';
  body?: TSchema;
  /** A body beyond `WEIR_LIMIT_BODY_BYTES`: up to the limit of what it brings. */
  large?: 'lexicon';
  query?: TSchema;
  answer: TSchema;
  /** Long, asked for often and by phones, and without a secret: sent compressed. */
  compressed?: true;
  /** Media type of the answer where it is not JSON. */
  media?: string;
  status?: 200 | 201 | 202;
  /** Codes of the catalogue it may answer besides those of its permission and subject. */
  errors?: ProblemCode[];
  /** Another status than the catalogue's for a code. */
  statuses?: Partial<Record<ProblemCode, number>>;
  /** Log the act leaves a record in. */
  records?: 'content' | 'moderation' | 'access' | 'retention';
  /** Called where somebody who is signed in is refused for want of the right: a try may be a record by itself. */
  refused?(control: Control, actor: Actor, query: unknown): Promise<void>;
  run(call: Call): unknown;
};

type Typed<B extends TSchema, Q extends TSchema> = Omit<Route, 'body' | 'query' | 'run'> & {
  body?: B;
  query?: Q;
  run(call: Call<Static<B>, Static<Q>>): unknown;
};

/**
 * Keeps the types of body and query inside one route.
 * @example route({ method: 'GET', url: '/api/reasons', permission: 'anyone', answer: Reasons, run: … })
 */
export function route<B extends TSchema = TSchema, Q extends TSchema = TSchema>(typed: Typed<B, Q>): Route {
  return typed as unknown as Route;
}
