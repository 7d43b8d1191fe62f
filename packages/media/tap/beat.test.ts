import { SimulatedClock } from '@weir/kit';
import { expect, test } from 'vitest';
import { onBeat } from './beat.ts';

test('all of a clock run in one turn, newcomers within a period, none after it was cancelled', () => {
  const clock = new SimulatedClock();
  const ran: string[] = [];
  const note = (name: string) => (): void => void ran.push(`${name} ${clock.mono()}`);
  const first = onBeat(clock, 500, note('a'));
  clock.advance(300);
  const second = onBeat(clock, 500, note('b'));
  clock.advance(700);
  expect(ran.splice(0)).toEqual(['a 500', 'b 500', 'a 1000', 'b 1000']);
  first.cancel();
  clock.advance(500);
  expect(ran.splice(0)).toEqual(['b 1500']);
  second.cancel();
  clock.advance(2_000);
  onBeat(clock, 500, note('c'));
  clock.advance(500);
  expect(ran).toEqual(['c 4000']);
});

test('another clock and another period have a beat of their own', () => {
  const [one, two] = [new SimulatedClock(), new SimulatedClock()];
  let runs = 0;
  onBeat(one, 500, () => runs++);
  onBeat(two, 500, () => runs++);
  onBeat(one, 200, () => runs++);
  one.advance(500);
  expect(runs).toBe(3);
});
