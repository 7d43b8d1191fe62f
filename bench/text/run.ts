import { startChild } from '../child.ts';
import { type Options, quantile, type Row, row } from '../row.ts';
import { sized } from '../size.ts';
import { leastOfTurns, type Measure } from '../turns.ts';
import type { Built, Worst } from './engine.ts';
import { FEW, MANY, MOST } from './load.ts';
import { buildRust, startRust } from './rust.ts';
import type { Share } from './screen.ts';
import type { Ready, Timed } from './search.ts';
import { KINDS, type Rounds } from './swaps.ts';

/**
 * 200,000 messages of about 15 characters and lexicons of 10,000 and 100,000 terms, made with a fixed seed, the same
 * for all. Messages a second are per core: by CPU time, not by the clock. Before they are timed, all must find the same
 * in 20,000 messages.
 */
export const metrics = [
  'bare_10k',
  'bare_100k',
  'all_stages_100k',
  'build_100k',
  'bytes_100k',
  'build_500k',
  'bytes_500k',
  'swap_wait',
  'swap_wait_median',
  'swap_cpu',
  'swap_wait_service',
  'swap_wait_median_service',
  'swap_cpu_service',
  'worst_sample',
  'worst_100k',
  'screen_cpu',
] as const;

const BENCH = 'text';
/** Swaps are measured in blocks of some rounds. */
const SWAP_BLOCKS = sized(4, 1);
const SWAPS = sized(5, 1);
const NPM = ['fastscan', 'monyone', 'mint-filter', 'modern-ahocorasick', 'sensitive-word-tool'] as const;
const NAMES: Readonly<Record<string, string>> = { monyone: '@monyone/aho-corasick' };

const here = (name: string): URL => new URL(name, import.meta.url);
const perSecond = (us: number | null): number | null => (us === null ? null : 1e6 / us);

/** Whether a side found what Weir's matcher did, as far as it means to. */
function agrees(name: string, ours: readonly string[], { finds, found }: Ready): boolean {
  for (const [i, expected] of ours.entries()) {
    const theirs = found[i] as string;
    if (theirs === expected) continue;
    const listed = new Set(expected.split('\n'));
    const part = finds === 'some' && theirs !== '' && theirs.split('\n').every((term) => listed.has(term));
    if (part) continue;
    console.error(`${name} found ${JSON.stringify(theirs)}, not ${JSON.stringify(expected)}: no figure`);
    return false;
  }
  return true;
}

type Searching = { ready: Ready; time: Measure; stop(): Promise<void> };

async function search(file: string, count: number): Promise<Searching> {
  const child = await startChild<Ready>(here('search.ts'), [`${file}.ts`, String(count)]);
  return {
    ready: child.first,
    time: async (seconds) => (await child.ask<Timed>({ seconds })).usPerMessage,
    stop: child.stop,
  };
}

/** Times Weir beside one peer; a peer that finds something else has no value. */
async function beside(
  weir: Searching,
  name: string,
  start: () => Promise<Searching>,
  seconds: number,
): Promise<[number, number | null]> {
  const peer = await start();
  const same = agrees(name, weir.ready.found, peer.ready);
  const [ours, theirs] = await leastOfTurns(seconds, same ? [weir.time, peer.time] : [weir.time]);
  await peer.stop();
  return [perSecond(ours ?? null) as number, perSecond(theirs ?? null)];
}

async function* bare(
  count: number,
  metric: string,
  { seconds, peers }: Options,
): AsyncGenerator<Row, Map<string, number | null>> {
  const weir = await search('weir', count);
  const theirs = new Map<string, number | null>();
  try {
    if (!peers) {
      const [us] = await leastOfTurns(seconds, [weir.time]);
      yield row(BENCH, metric, perSecond(us ?? null) as number, 'messages/s');
      return theirs;
    }
    for (const npm of NPM) {
      const name = NAMES[npm] ?? npm;
      const [ours, its] = await beside(weir, name, () => search(npm, count), seconds);
      theirs.set(name, its);
      yield row(BENCH, metric, ours, 'messages/s', name, its);
    }
    const rust = await buildRust();
    // A DFA over 100,000 terms takes gigabytes.
    for (const kind of count === FEW ? (['nfa', 'dfa'] as const) : (['nfa'] as const)) {
      const name = `Rust aho-corasick ${kind.toUpperCase()}`;
      const start = (): Promise<Searching> => startRust(rust?.program as string, count, kind);
      const [ours, its] = rust
        ? await beside(weir, name, start, seconds)
        : [perSecond(await weir.time(seconds)) as number, null];
      yield row(BENCH, metric, ours, 'messages/s', name, its);
    }
    await rust?.dispose();
  } finally {
    await weir.stop();
  }
  return theirs;
}

/** Measures; see `metrics`. */
export async function* run(options: Options): AsyncGenerator<Row> {
  const { seconds, peers } = options;
  yield* bare(FEW, 'bare_10k', options);
  const bareOfPeers = yield* bare(MANY, 'bare_100k', options);

  const stages = await search('stages', MANY);
  const [us] = await leastOfTurns(seconds, [stages.time]);
  await stages.stop();
  const allStages = perSecond(us ?? null) as number;
  if (!peers) yield row(BENCH, 'all_stages_100k', allStages, 'messages/s');
  // What each of npm's finds without any stage.
  for (const [name, its] of bareOfPeers)
    yield row(BENCH, 'all_stages_100k', allStages, 'messages/s', `${name}, bare`, its);

  const engine = await startChild(here('engine.ts'));
  for (const [count, name] of [
    [MANY, '100k'],
    [MOST, '500k'],
  ] as const) {
    const { seconds: took, bytes } = await engine.ask<Built>({ op: 'build', terms: count });
    yield row(BENCH, `build_${name}`, took, 's');
    yield row(BENCH, `bytes_${name}`, bytes / 1e6, 'MB');
  }
  for (const [lexicon, name] of [
    ['sample', 'sample'],
    ['many', '100k'],
  ] as const) {
    const { ms, text } = await engine.ask<Worst>({ op: 'worst', lexicon });
    console.error(`worst with ${name}: ${text.slice(0, 40)}…`);
    yield row(BENCH, `worst_${name}`, ms, 'ms');
  }
  await engine.stop();

  const swap = await startChild(here('swap.ts'));
  for (const [way, name] of [
    ['engine', ''],
    ['service', '_service'],
  ] as const) {
    const rounds: Rounds = { swapped: [], thrownAway: [], idle: [] };
    for (let block = 0; block < SWAP_BLOCKS; block++) {
      const more = await swap.ask<Rounds>({ way, count: SWAPS });
      for (const kind of KINDS) rounds[kind].push(...more[kind]);
    }
    for (const [beside, kind] of [
      ['built, not put in force', 'thrownAway'],
      ['nothing built', 'idle'],
    ] as const) {
      const most = (of: keyof Rounds): number => Math.max(...rounds[of].map(({ wait }) => wait));
      const usual = (of: keyof Rounds): number =>
        quantile(
          rounds[of].map(({ wait }) => wait),
          0.5,
        );
      const cpu = (of: keyof Rounds): number => Math.max(...rounds[of].map((round) => round.cpu));
      yield row(BENCH, `swap_wait${name}`, most('swapped'), 'ms', beside, most(kind));
      yield row(BENCH, `swap_wait_median${name}`, usual('swapped'), 'ms', beside, usual(kind));
      yield row(BENCH, `swap_cpu${name}`, cpu('swapped'), 'ms', beside, cpu(kind));
    }
  }
  await swap.ask({ way: 'end' });
  await swap.stop();

  const screen = await startChild(here('screen.ts'));
  const { percent } = await screen.ask<Share>({ seconds });
  await screen.stop();
  yield row(BENCH, 'screen_cpu', percent, '% of a core');
}
