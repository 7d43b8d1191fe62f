import type { PlayerState } from '@weir/look';
import { useEffect, useState } from 'react';

/** The tour in its order. */
export const STEPS = ['watch', 'send', 'cut', 'dark', 'restore'] as const;
export type StepName = (typeof STEPS)[number];

/** What shows that a step has happened: never a click, always what the service and the page did. */
export type TourFacts = {
  state: PlayerState;
  sent: boolean;
  certified: boolean;
  darkMs: number | undefined;
};

const PLAYING: ReadonlySet<PlayerState> = new Set(['muted', 'playing', 'delayed']);

/** The steps that are done after `facts`, given those done before; once done, a step stays so. */
export function progress(before: ReadonlySet<StepName>, facts: TourFacts): ReadonlySet<StepName> {
  const done = new Set(before);
  if (PLAYING.has(facts.state)) done.add('watch');
  if (facts.sent) done.add('send');
  if (facts.certified) done.add('cut');
  if (facts.darkMs !== undefined) done.add('dark');
  if (done.has('dark') && PLAYING.has(facts.state)) done.add('restore');
  return done.size === before.size ? before : done;
}

/** Follows the tour; `current` is the first step not done, undefined at the end. */
export function useTour(facts: TourFacts): { done: ReadonlySet<StepName>; current: StepName | undefined } {
  const [done, setDone] = useState<ReadonlySet<StepName>>(new Set());
  const { state, sent, certified, darkMs } = facts;
  useEffect(() => {
    setDone((before) => progress(before, { state, sent, certified, darkMs }));
  }, [state, sent, certified, darkMs]);
  return { done, current: STEPS.find((step) => !done.has(step)) };
}
