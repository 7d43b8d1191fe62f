import { UNSHOWN } from '@weir/rooms';
import { Type } from 'typebox';
import { MAX_PASSWORD_CHARS } from '../../vault/ask.ts';
import { ROLES } from '../people.ts';
import { Pending } from './pending.ts';

/** Shapes of the API; each is a JSON Schema that validates, serialises and documents. */
export const Time = Type.String({ format: 'date-time' });
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const Mode = Type.Union([
  Type.Literal('open'),
  Type.Literal('delay'),
  Type.Literal('review'),
  Type.Literal('closed'),
]);
export const GateSetting = Type.Object({ mode: Mode, delayMs: Type.Integer(), rule: Type.String() });
export const Gate = Type.Object({ media: GateSetting, messages: GateSetting });
export const GateOrder = Type.Object({
  mode: Mode,
  delayMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 600_000, description: 'ms; default 8000' })),
});

export const Kind = Type.Union([Type.Literal('video'), Type.Literal('audio'), Type.Literal('image_text')]);
export const State = Type.Union([
  Type.Literal('created'),
  Type.Literal('live'),
  Type.Literal('interrupted'),
  Type.Literal('ended'),
  Type.Literal('cut'),
]);
export const Role = Type.Enum([...ROLES]);
export const Roles = Type.Array(Role, { maxItems: ROLES.length, uniqueItems: true });

export const User = Type.Object({
  id: Type.String(),
  nickname: Type.String(),
  roles: Type.Array(Type.String()),
});
export const Author = Type.Object({ id: Type.String(), nickname: Type.String() });
export const Label = Type.Object({ 'zh-CN': Type.String(), en: Type.String() });
export const Password = Type.String({ minLength: 1, maxLength: MAX_PASSWORD_CHARS });
export const Account = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]*$' });
/**
 * A title or a name: one line with something to read in it. Control characters and line breaks have no glyph, break
 * lists and logs, and PostgreSQL takes no NUL.
 */
export const oneLine = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=.*[^${UNSHOWN}])[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$`,
  });
export const Note = Type.String({ maxLength: 2_000 });
export const ReasonCode = Type.String({ minLength: 1, maxLength: 64 });

export const Encoder = Type.Object({
  bitrate: Type.Number({ description: 'bit/s' }),
  fps: Type.Number(),
  keyIntervalMs: Type.Number(),
  driftMs: Type.Number(),
  videoCodec: Type.Optional(Type.String()),
  audioCodec: Type.Optional(Type.String()),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
});
export const Ingest = Type.Object({
  url: Type.String({ description: 'url + "/" + key is what an encoder takes' }),
  key: Type.String(),
});
export const Broadcast = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  title: Type.String(),
  kind: Kind,
  category: Type.String(),
  publisher: Author,
  state: State,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
  viewers: Type.Integer(),
  online: Type.Integer({ description: 'people in the room' }),
  outputMs: Type.Integer({ description: 'ms on the output timeline' }),
  gate: Gate,
  encoder: Nullable(Encoder),
  lastRefusal: Type.Optional(Type.Object({ code: Type.String(), at: Time })),
  slowMs: Type.Integer(),
  rehearsal: Type.Boolean(),
  moderates: Type.Optional(
    Type.Literal(true, { description: 'whoever asks may mute people in its room and set its words' }),
  ),
  waiting: Type.Optional(
    Type.Object(
      { messages: Type.Integer(), pictureMs: Type.Integer() },
      { description: 'held in the gates; staff alone see it' },
    ),
  ),
  poster: Type.Optional(Type.String({ description: 'one-frame fMP4 from behind the gate' })),
  cut: Type.Optional(Type.Object({ reason: Type.String(), clause: Type.Optional(Type.String()), at: Time })),
  ingest: Type.Optional(Ingest),
  pending: Pending,
});
export const Done = Type.Object({ ok: Type.Literal(true) });

export const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Nullable(Type.String())) });

export const Certificate = Type.Object({
  id: Type.String(),
  broadcast: Type.String(),
  state: Type.Union([Type.Literal('final'), Type.Literal('provisional')]),
  orderedAt: Time,
  gatesClosedAt: Nullable(Time),
  lastWriteAt: Nullable(Time),
  lastResetAt: Nullable(Time),
  viewersCut: Type.Integer(),
  edges: Type.Array(
    Type.Object({
      edge: Type.String(),
      state: Type.Union([Type.Literal('confirmed'), Type.Literal('unconfirmed')]),
      viewers: Type.Integer(),
      lastWriteAt: Nullable(Time),
      lastResetAt: Nullable(Time),
      publisherKickedAt: Nullable(Time),
      closedNoLaterThan: Type.Optional(Time),
    }),
  ),
  beyond: Type.Array(Type.Object({ where: Type.String(), noLaterThan: Nullable(Time), what: Type.String() })),
});
