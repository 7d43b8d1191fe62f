import type { Sample } from '../sample.ts';
import { BROADCASTS } from './broadcasts.ts';
import { LEDGER } from './ledger.ts';
import { ROOMS } from './rooms.ts';
import { SCREENING } from './screening.ts';
import { SERVICE } from './service.ts';

/** The whole API by hand: a route without a line here fails the walk, and so does a line without a route. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  ...SERVICE,
  ...BROADCASTS,
  ...ROOMS,
  ...SCREENING,
  ...LEDGER,
};
