import { createReadStream } from 'node:fs';
import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { Made } from '../clips.ts';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';
import { Note, Time } from './schema.ts';

const Clip = Type.Object({
  id: Type.String(),
  broadcast: Type.String(),
  parts: Type.Array(
    Type.Object({
      file: Type.String(),
      from: Time,
      to: Time,
      frames: Type.Integer(),
      codecs: Type.Array(Type.String()),
      bytes: Type.Integer(),
      hash: Type.String({ description: 'SHA-256, hex' }),
    }),
  ),
  records: Type.Integer({ description: 'records that the bundle proves' }),
  bytes: Type.Integer({ description: 'of the bundle' }),
  until: Type.String({ format: 'date-time', description: 'when it is removed' }),
  bundle: Type.String({ description: 'where to fetch it' }),
});

const iso = (ms: number): string => new Date(ms).toISOString();

function present({ id, broadcast, parts, records, bytes, until }: Made): object {
  return {
    id,
    broadcast,
    parts: parts.map(({ fromMs, toMs, ...part }) => ({ ...part, from: iso(fromMs), to: iso(toMs) })),
    records,
    bytes,
    until: iso(until),
    bundle: `/api/clips/${id}/bundle`,
  };
}

export const clipRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/clips',
    summary: 'Cut an evidence clip out of what was recorded, with its proofs',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    body: Type.Object({
      from: Time,
      to: Time,
      ground: Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'case or reason, kept with the clip',
      }),
      note: Type.Optional(Note),
    }),
    status: 201,
    answer: Clip,
    errors: ['bad_request', 'conflict', 'busy', 'bucket_unavailable', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, broadcast, body }) => {
      if (!actor) throw new Problem('sign_in');
      const { from, to, ground, note } = body;
      const order = { from: Date.parse(from), to: Date.parse(to), ground, note };
      return present(await control.clips.make(broadcast.id, order, actor));
    },
  }),
  route({
    method: 'GET',
    url: '/api/clips/:id',
    summary: 'A clip that was cut',
    permission: 'staff',
    about: 'clip',
    answer: Clip,
    run: ({ control, params }) => present(control.clips.get(params['id'] as string) as Made),
  }),
  route({
    method: 'GET',
    url: '/api/clips/:id/bundle',
    summary: 'Clip, recorded files and proofs as one ZIP file, which weir verify checks',
    permission: 'staff',
    about: 'clip',
    media: 'application/zip',
    answer: Type.String({ format: 'binary' }),
    errors: ['database_unavailable'],
    records: 'access',
    run: async ({ control, actor, params, reply }) => {
      const { id, broadcast, bytes } = control.clips.get(params['id'] as string) as Made;
      if (actor) await lookedAt(control, actor, { what: 'clip', broadcast, clip: id });
      const file = createReadStream(control.clips.pathOf(id));
      return reply
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="weir-${id}.zip"`)
        .type('application/zip')
        .send(file);
    },
  }),
];
