/**
 * One figure. `ratio` is value / peer_value; a peer that is not there has `peer_value: null`, and a figure
 * without a peer has all three null.
 */
export type Row = {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  peer: string | null;
  peer_value: number | null;
  ratio: number | null;
};

/**
 * How a bench is asked to run: seconds of measuring per figure, whether peers run too; of a bench that `takes` them, how
 * many messages its store holds, and the directory where that is kept for the next run.
 */
export type Options = { seconds: number; peers: boolean; messages?: number; store?: string };

/** What `bench/NAME/run.ts` exports: the metrics it prints, and the run itself. */
export type Bench = {
  metrics: readonly string[];
  /** Options that this bench alone knows. */
  takes?: readonly ('messages' | 'store')[];
  run(options: Options): AsyncGenerator<Row>;
};

const rounded = (n: number): number => Number(n.toPrecision(4));

/**
 * Makes a row; the peer's value may be missing (`null`).
 * @example row('fanout', 'cpu', 31.2, 'µs/viewer-s', 'bare', 27.1)
 */
export function row(
  bench: string,
  metric: string,
  value: number,
  unit: string,
  peer: string | null = null,
  peerValue: number | null = null,
): Row {
  return {
    bench,
    metric,
    value: rounded(value),
    unit,
    peer,
    peer_value: peerValue === null ? null : rounded(peerValue),
    ratio: peerValue === null || peerValue === 0 ? null : rounded(value / peerValue),
  };
}

/** The value at share `p` (0 to 1) of `values`; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
