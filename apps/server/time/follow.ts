import { type Bus, type Log, MovedClock } from '@weir/kit';
import type { ClockMove } from '../wire.ts';
import { readMark } from './mark.ts';

/** The clock of one process of a simulated store: moves when control says so, and tells when it has. */
export function followClock({ bus, dataDir, log }: { bus: Bus; dataDir: string; log: Log }): MovedClock {
  const clock = new MovedClock(0);
  const moveTo = (offsetMs: number): void => {
    try {
      clock.moveTo(offsetMs);
    } catch (why) {
      // What was due failed, not the move.
      log.error({ err: why }, 'what the moved clock made due failed');
    }
  };
  // Serves before it reads: a move that is written in between is told, or read, or both.
  bus.serve(`clock.${bus.name}`, (body) => {
    moveTo((body as ClockMove).offsetMs);
    return { offsetMs: clock.offsetMs };
  });
  moveTo(readMark(dataDir)?.offsetMs ?? 0);
  return clock;
}
