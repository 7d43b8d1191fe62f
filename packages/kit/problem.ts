/**
 * The one catalogue of errors: a stable code, the HTTP status it travels under, and a title for developers.
 * What people read comes from the text catalogues of `@weir/look`, by code.
 */
export const PROBLEMS = {
  bad_request: [400, 'The request is not what the schema says'],
  sign_in: [401, 'Sign in first'],
  bad_credentials: [401, 'Account or password is wrong'],
  bad_token: [403, 'The token is not valid here'],
  token_expired: [403, 'The token has expired'],
  forbidden: [403, 'This account may not do that'],
  not_found: [404, 'There is no such thing'],
  broadcast_cut: [410, 'The broadcast was cut off'],
  epoch_over: [410, 'This address is over; ask for a new one'],
  broadcast_ended: [409, 'The broadcast has ended'],
  not_cut: [409, 'The broadcast is not cut off'],
  conflict: [409, 'The state does not allow this now'],
  not_simulated: [409, 'The clock of this store is the real one'],
  not_seen: [409, 'Nothing of this was shown to this person'],
  out_of_order: [409, 'Stretches are released in order'],
  ground_required: [422, 'Looking for one person needs a case or a ground'],
  not_held: [409, 'The message is not held'],
  not_refused: [409, 'The message was not refused'],
  kind_unavailable: [422, 'This kind of broadcast is not built yet'],
  unknown_reason: [422, 'There is no such reason'],
  unknown_category: [422, 'There is no such category'],
  too_long: [422, 'The text is too long'],
  lexicon_invalid: [422, 'The lexicon has an error; nothing of it was taken'],
  content_refused: [422, 'The text is not allowed here'],
  too_large: [413, 'The body is too large'],
  rate: [429, 'Too many, too fast'],
  busy: [429, 'The queue is full; try again'],
  limit_connections: [429, 'Too many connections from this address'],
  limit_viewers: [429, 'The broadcast has all the viewers it may have'],
  hold_too_large: [413, 'The hold passes its quota'],
  limit_bitrate: [429, 'The bitrate is above the limit'],
  edge_unreachable: [503, 'No edge answered'],
  database_unavailable: [503, 'The database does not answer; try again'],
  bus_timeout: [503, 'A process did not answer in time'],
  bus_no_responder: [503, 'The process that answers this is not running'],
  clock_waits: [503, 'The clock was moved and has not reached every process'],
  not_ready: [503, 'The service is not ready'],
  service_closed: [503, 'The service was restored from a backup and nobody has opened it yet'],
  storage_full: [507, 'The disk is all but full: nothing new begins'],
  bucket_unavailable: [503, 'The bucket does not answer, or refuses; try again'],
  storage_failed: [507, 'The disk refused the write'],
  internal: [500, 'Something broke here; the log has it under this id'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details, as it goes over HTTP and over the bus. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  [extension: string]: unknown;
};

/**
 * An error with a code from the catalogue. `detail` tells a person what to do; `more` are extension members.
 * @example throw new Problem('not_found', 'No broadcast has this id');
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail?: string, more: Record<string, unknown> = {}) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.detail = detail;
    this.more = more;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** The body of the answer, media type `application/problem+json`. */
  body(): ProblemBody {
    return {
      ...this.more,
      type: `about:blank#${this.code}`,
      title: PROBLEMS[this.code][1],
      status: this.status,
      code: this.code,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    };
  }

  /** Rebuilds a problem that travelled as a body; anything unknown becomes `internal`. */
  static from(body: unknown): Problem {
    const {
      code,
      detail,
      type: _type,
      title: _title,
      status: _status,
      ...more
    } = (body ?? {}) as ProblemBody;
    if (typeof code !== 'string' || !Object.hasOwn(PROBLEMS, code)) return new Problem('internal');
    return new Problem(code, detail, more);
  }
}
