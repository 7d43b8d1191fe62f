import { sized } from './size.ts';

/** Turns each side has. */
const TURNS = sized(2, 1);

/** Measures for so many seconds; null where what it measures is not there, NaN where it did not carry its load. */
export type Measure = (seconds: number) => Promise<number | null>;

/**
 * Measures several sides in turns, and gives each its least figure: what else the machine does in a turn only adds.
 * A turn without a figure counts where no other has one.
 */
export async function leastOfTurns(
  seconds: number,
  measures: readonly Measure[],
): Promise<(number | null)[]> {
  const least = measures.map((): number | null => null);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [i, measure] of measures.entries()) {
      const figure = await measure(seconds / TURNS);
      const before = least[i] ?? null;
      if (figure === null) continue;
      if (before === null || Number.isNaN(before) || figure < before) least[i] = figure;
    }
  return least;
}
