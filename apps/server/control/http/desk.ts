import { newId } from '@weir/kit';
import { Type } from 'typebox';
import { deskPreview } from '../play.ts';
import type { Call, Route } from './route.ts';
import { route } from './route.ts';
import { Done, Time } from './schema.ts';

const Stretch = Type.Object({
  id: Type.String(),
  startMs: Type.Number(),
  endMs: Type.Number(),
  state: Type.Union([Type.Literal('held'), Type.Literal('released'), Type.Literal('dropped')]),
});
const StretchId = Type.String({ minLength: 1, maxLength: 64 });
const session = ({ actor }: Call): string => actor?.session ?? actor?.id ?? '';

/**
 * A person lets stretches out, or keeps one from the public for good: a decision, recorded before it is done.
 * Resolves when PostgreSQL has it, to what resolves when the ledger's disk has it too.
 */
async function decideStretch(
  call: Call,
  decision: 'release' | 'drop',
  stretch: string,
): Promise<{ recorded: Promise<void> }> {
  const { control, broadcast, actor } = call;
  await control.database.write((trx) =>
    control.outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      ts: control.clock.now(),
      broadcast: broadcast.id,
      user: actor?.id ?? '',
      decision: `${decision}_stretch`,
      order: newId(),
      stretch,
      policy: control.policy.version,
    }),
  );
  const recorded = control.outbox.flush();
  recorded.catch(() => {});
  return { recorded };
}

export const deskRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/desk',
    summary: 'The head of a review or delay gate',
    permission: 'staff',
    about: 'broadcast',
    answer: Type.Object({
      stretches: Type.Array(Stretch),
      preview: Type.Object(
        { url: Type.String(), token: Type.String(), expiresAt: Time },
        { description: 'url + "/{stretch}/{still | video | audio}.mp4?t=" + token is what the gate holds' },
      ),
    }),
    errors: ['edge_unreachable'],
    run: async ({ control, broadcast, actor, reply }) => {
      control.deskLooks.note(control, actor, { what: 'desk', broadcast: broadcast.id });
      reply.header('cache-control', 'no-store');
      return {
        stretches: await control.desk.list(broadcast.id),
        preview: deskPreview(control, broadcast, actor),
      };
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/desk/seen',
    summary: 'A stretch was rendered to this person',
    permission: 'staff',
    about: 'broadcast',
    body: Type.Object({ stretch: StretchId }),
    answer: Done,
    errors: ['not_found', 'edge_unreachable'],
    run: async (call) => {
      await call.control.desk.seen(call.broadcast.id, call.body.stretch, session(call));
      return { ok: true };
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/desk/release',
    summary: 'Release in order up to and with a stretch; no further than this session has seen',
    permission: 'staff',
    about: 'broadcast',
    body: Type.Object({ upTo: StretchId }),
    answer: Type.Object({ releasedTo: Type.String() }),
    errors: ['not_found', 'not_seen', 'out_of_order', 'edge_unreachable', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, body } = call;
      await control.desk.mayRelease(broadcast.id, body.upTo, session(call));
      await (await decideStretch(call, 'release', body.upTo)).recorded;
      return { releasedTo: await control.desk.release(broadcast.id, body.upTo, session(call)) };
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/desk/drop',
    summary: 'Drop a stretch: the public never sees it',
    permission: 'staff',
    about: 'broadcast',
    body: Type.Object({ stretch: StretchId }),
    answer: Done,
    errors: ['not_found', 'edge_unreachable', 'conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, broadcast, body } = call;
      const { recorded } = await decideStretch(call, 'drop', body.stretch);
      // Keeping it from the public does not wait for the ledger's disk; the answer does.
      await control.desk.drop(broadcast.id, body.stretch);
      await recorded;
      return { ok: true };
    },
  }),
];
