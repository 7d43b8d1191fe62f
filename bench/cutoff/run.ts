import { startChild } from '../child.ts';
import type { CutTimes, Serving } from '../fanout/load.ts';
import { startSrs } from '../fanout/srs.ts';
import { type Options, type Row, row } from '../row.ts';
import { sized } from '../size.ts';
import { type Round, round, worst } from './round.ts';
import { wholeRounds } from './whole.ts';

/**
 * From the order to the last byte written and the last connection reset, with 1,000 viewers of 1 Mbit/s and ten
 * among them that read 20 kB/s; and what those ten still got. `edge_…`: the edge's fan-out alone, beside its peers.
 * `stopped_…`: the whole service with PostgreSQL stopped, beside itself as it runs. The worst of all rounds counts.
 */
export const metrics = [
  'last_write',
  'last_reset',
  'slow_reader_bytes',
  'last_close_seen',
  'certificate_off',
  'stopped_last_write',
  'stopped_last_reset',
  'edge_last_write',
  'edge_last_reset',
  'edge_last_close_seen',
  'edge_slow_reader_bytes',
] as const;

const ROUNDS = sized(3, 1);
/** Of a peer: it is there for the size of the figure. */
const PEER_ROUNDS = 2;

const fanout = (name: string): URL => new URL(`../fanout/${name}`, import.meta.url);

async function rounds(file: string, count: number, seconds: number): Promise<Round[]> {
  const server = await startChild<Serving>(fanout(file));
  try {
    const done: Round[] = [];
    for (let i = 0; i < count; i++)
      done.push(await round(server.first, seconds, () => server.ask<CutTimes>({ op: 'cut' })));
    return done;
  } finally {
    await server.stop();
  }
}

/** SRS says nothing of its times, so the readers do; what it is asked for is to kick the publisher. */
async function roundsOfSrs(seconds: number): Promise<Round[] | undefined> {
  const done: Round[] = [];
  for (let i = 0; i < PEER_ROUNDS; i++) {
    const srs = await startSrs();
    if (!srs) return undefined;
    try {
      done.push(await round(srs, seconds, () => srs.cut().then(() => undefined)));
    } finally {
      await srs.stop();
    }
  }
  return done;
}

export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  const each = seconds / ROUNDS;
  const of = (
    metric: string,
    key: keyof Round,
    weir: Round[],
    peer: string | null = null,
    theirs?: Round[],
  ): Row =>
    row(
      'cutoff',
      metric,
      worst(weir, key),
      key === 'slowBytes' ? 'B' : 'ms',
      peer,
      theirs ? worst(theirs, key) : null,
    );
  const { running, stopped } = await wholeRounds(ROUNDS, each);
  const srs = peers ? await roundsOfSrs(each) : undefined;
  const last = peers ? 'srs' : null;
  yield of('last_write', 'lastWrite', running, last, srs);
  yield of('last_reset', 'lastReset', running, last, srs);
  yield of('last_close_seen', 'lastClose', running, last, srs);
  yield of('slow_reader_bytes', 'slowBytes', running, last, srs);
  yield of('certificate_off', 'certificateOff', running);
  yield of('stopped_last_write', 'lastWrite', stopped, 'running', running);
  yield of('stopped_last_reset', 'lastReset', stopped, 'running', running);

  const edge = await rounds('weir.ts', ROUNDS, each);
  const bare = peers ? await rounds('bare.ts', 1, each) : undefined;
  const polite = peers ? 'destroy' : null;
  yield of('edge_last_write', 'lastWrite', edge, polite, bare);
  yield of('edge_last_reset', 'lastReset', edge, polite, bare);
  yield of('edge_last_close_seen', 'lastClose', edge, polite, bare);
  yield of('edge_slow_reader_bytes', 'slowBytes', edge, polite, bare);
}
