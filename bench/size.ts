/** Set by `--small`: every bench then runs with a load that a test can afford, and its figures say nothing. */
export const little = process.env['WEIR_BENCH_SMALL'] === '1';

/** A load's size: as it is measured, and as it is run for the sake of running. */
export const sized = (whole: number, small: number): number => (little ? small : whole);
