import { createReadStream } from 'node:fs';
import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { type Route, route } from './route.ts';
import { Nullable, Time } from './schema.ts';

/** Records of one answer; a page asks for the next stretch. */
const MOST_RECORDS = 2_000;
/** Longest stretch of one look, ms. */
const LONGEST_MS = 60 * 60_000;
/** Recorded files nearer to one another than this are one span. */
const GAP_MS = 1_000;

const Stretch = Type.Object({ from: Time, to: Time });
type Stretch = { from: string; to: string };

/** @throws Problem bad_request */
function stretchOf({ from, to }: Stretch): { from: number; to: number } {
  const stretch = { from: Date.parse(from), to: Date.parse(to) };
  if (!(stretch.to > stretch.from) || stretch.to - stretch.from > LONGEST_MS)
    throw new Problem('bad_request', 'A stretch is longer than nothing and at most an hour');
  return stretch;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export const timelineRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/recordings',
    summary: 'When something was recorded of a broadcast, oldest first',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    answer: Type.Object({
      items: Type.Array(Type.Object({ from: Time, to: Nullable(Time) }), {
        description: 'spans without a gap; one that is still written has no end',
      }),
    }),
    run: async ({ control, broadcast }) => {
      const spans: { from: number; to: number | undefined }[] = [];
      for (const { fromMs, toMs } of await control.recordings.list(broadcast.id, {
        from: 0,
        to: control.clock.now(),
      })) {
        const last = spans.at(-1);
        if (last?.to !== undefined && fromMs - last.to <= GAP_MS) last.to = toMs;
        else spans.push({ from: fromMs, to: toMs });
      }
      return {
        items: spans.map(({ from, to }) => ({ from: iso(from), to: to === undefined ? null : iso(to) })),
      };
    },
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/timeline',
    summary: 'What was said, decided and switched in a stretch of a broadcast, in order of time',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    query: Stretch,
    answer: Type.Object({
      items: Type.Array(Type.Object({}, { additionalProperties: true })),
      more: Type.Boolean({ description: 'the stretch has more records than one answer gives' }),
    }),
    errors: ['bad_request'],
    records: 'access',
    run: async ({ control, actor, broadcast, query }) => {
      const stretch = stretchOf(query);
      control.deskLooks.note(control, actor, { what: 'timeline', broadcast: broadcast.id });
      const found = (
        await Promise.all(
          (['content', 'moderation'] as const).map((log) =>
            Array.fromAsync(
              control.ledger.search({ log, broadcast: broadcast.id, ...stretch, limit: MOST_RECORDS + 1 }),
            ),
          ),
        )
      )
        .flat()
        .filter(({ kind }) => kind !== 'segment.recorded')
        .sort((a, b) => a.ts - b.ts);
      return {
        items: found
          .slice(0, MOST_RECORDS)
          .map(({ log, n, ts, v: _, ...rest }) => ({ log, n, ts: iso(ts), ...rest })),
        more: found.length > MOST_RECORDS,
      };
    },
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/recording',
    summary:
      'What came in between two times, as MP4; the headers x-weir-from and x-weir-to name its exact range',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    query: Stretch,
    media: 'video/mp4',
    answer: Type.String({ format: 'binary' }),
    errors: ['bad_request', 'conflict', 'busy', 'bucket_unavailable'],
    records: 'access',
    run: async ({ control, actor, broadcast, query, reply }) => {
      const stretch = stretchOf(query);
      control.deskLooks.note(control, actor, { what: 'recording', broadcast: broadcast.id });
      const { path, part, remove } = await control.clips.view(broadcast.id, stretch);
      const file = createReadStream(path);
      file.once('close', () => void remove());
      return reply
        .header('content-length', part.bytes)
        .header('x-weir-from', iso(part.fromMs))
        .header('x-weir-to', iso(part.toMs))
        .type('video/mp4')
        .send(file);
    },
  }),
];
