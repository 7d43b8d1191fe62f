import { useState } from 'react';
import type { Spoken } from './actions.ts';

/** A message that somebody is about to take away, and the last one that was. */
export type Removal = {
  asked: Spoken | undefined;
  removed: { message: Spoken; at: number } | undefined;
  ask(message: Spoken): void;
  back(): void;
  done(): void;
};

/** Kept by the page, because its panel stands where every panel of the page stands. */
export function useRemoval(): Removal {
  const [asked, setAsked] = useState<Spoken>();
  const [removed, setRemoved] = useState<Removal['removed']>();
  return {
    asked,
    removed,
    ask: setAsked,
    back: () => setAsked(undefined),
    done: () => {
      if (asked) setRemoved({ message: asked, at: Date.now() });
      setAsked(undefined);
    },
  };
}
