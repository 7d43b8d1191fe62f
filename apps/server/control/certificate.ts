import type { Config } from '@weir/kit';
import type { Cut } from './tombstones.ts';

/** What a cut-off answers (DOORS.md, "Certificate"); times ISO 8601 with milliseconds. */
export type Certificate = {
  id: string;
  broadcast: string;
  state: 'final' | 'provisional';
  orderedAt: string;
  gatesClosedAt: string | null;
  lastWriteAt: string | null;
  lastResetAt: string | null;
  viewersCut: number;
  edges: EdgePart[];
  beyond: { where: 'proxy' | 'cdn' | 'player'; noLaterThan: string | null; what: string }[];
};

export type EdgePart = {
  edge: string;
  state: 'confirmed' | 'unconfirmed';
  viewers: number;
  lastWriteAt: string | null;
  lastResetAt: string | null;
  publisherKickedAt: string | null;
  closedNoLaterThan?: string;
};

/** Segments may lie in caches for so long (`max-age` of HLS segments), ms. */
const CACHED_MS = 10_000;

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const latest = (times: (number | null)[]): number | null =>
  times.reduce<number | null>((max, at) => (at === null ? max : Math.max(max ?? at, at)), null);

/** The certificate of a cut as far as its edges have reported. */
export function certificateOf(cut: Cut, config: Config): Certificate {
  const parts = Object.entries(cut.edges);
  const reports = parts.flatMap(([, { report }]) => (report ? [report] : []));
  const final = reports.length === parts.length;
  // Without an edge nothing was open: control's own refusal is the closing.
  const gatesClosedAt =
    parts.length === 0 ? cut.orderedAt : latest(reports.map((report) => report.gatesClosedAt));
  const lastWriteAt = latest(reports.map((report) => report.lastWriteAt));
  return {
    id: cut.order,
    broadcast: cut.broadcast,
    state: final ? 'final' : 'provisional',
    orderedAt: iso(cut.orderedAt),
    gatesClosedAt: isoOrNull(gatesClosedAt),
    lastWriteAt: isoOrNull(lastWriteAt),
    lastResetAt: isoOrNull(latest(reports.map((report) => report.lastResetAt))),
    viewersCut: reports.reduce((sum, report) => sum + report.viewers, 0),
    edges: parts.map(([edge, { report, closedNoLaterThan }]) => ({
      edge,
      state: report ? 'confirmed' : 'unconfirmed',
      viewers: report?.viewers ?? 0,
      lastWriteAt: isoOrNull(report?.lastWriteAt ?? null),
      lastResetAt: isoOrNull(report?.lastResetAt ?? null),
      publisherKickedAt: isoOrNull(report?.publisherKickedAt ?? null),
      ...(report ? {} : { closedNoLaterThan: iso(closedNoLaterThan) }),
    })),
    beyond: [
      {
        where: 'proxy',
        noLaterThan: isoOrNull(gatesClosedAt),
        what: 'bytes already handed to a reverse proxy',
      },
      {
        where: 'cdn',
        noLaterThan: iso((gatesClosedAt ?? cut.orderedAt + config.leaseMs) + CACHED_MS),
        what: `segments in caches until their max-age${config.purgeUrl ? '; a purge was sent' : ''}`,
      },
      { where: 'player', noLaterThan: null, what: 'what a player other than the page has buffered' },
    ],
  };
}
