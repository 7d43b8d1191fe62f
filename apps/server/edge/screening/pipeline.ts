import { PASSED, type Screen, type Screened, type Sent, type Verdict } from '@weir/rooms';

/** One step of the screen: what it says of a message, given what those before it said; undefined where nothing. */
export type Step = (message: Sent, before: Screened) => Screened | undefined;

const ORDER: readonly Verdict[] = ['pass', 'alone', 'hold', 'refuse', 'mute'];
/** Hits of one message that are kept in its record. */
const MAX_HITS = 20;

/** Joins what two steps say: the stricter verdict and its category, all hits and all reasons. */
function join(before: Screened, said: Screened): Screened {
  const stricter = ORDER.indexOf(said.verdict) > ORDER.indexOf(before.verdict);
  return {
    ...(stricter ? said : before),
    hits: [...before.hits, ...said.hits].slice(0, MAX_HITS),
    trace: [...before.trace, ...said.trace],
  };
}

/** The steps one after another; what one refuses the next ones are not asked about. */
export function pipeline(steps: readonly Step[]): Screen {
  return (message) => {
    let so = PASSED;
    for (const step of steps) {
      const said = step(message, so);
      if (!said) continue;
      so = join(so, said);
      if (so.momentary || so.verdict === 'refuse' || so.verdict === 'mute') break;
    }
    return so;
  };
}
