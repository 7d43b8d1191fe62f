import type { Action } from '@weir/look';
import { type Choosing, chosenOf, moves } from '../items/choosing.ts';
import { type HeldName, isWaiting } from './name.ts';

export type NamesContext = Choosing<HeldName> & {
  release(name: HeldName): void;
  /** Lets it stand, and the same way of writing from now on. */
  allow(name: HeldName): void;
  /** Opens the panel that asks for the reason. */
  refuse(name: HeldName): void;
};

const waiting = (context: NamesContext): HeldName | undefined => {
  const name = chosenOf(context);
  return name && isWaiting(name) ? name : undefined;
};

const about = (
  run: 'release' | 'allow' | 'refuse',
): Pick<Action<NamesContext>, 'group' | 'when' | 'run'> => ({
  group: 'console.names.title',
  when: (context) => waiting(context) !== undefined,
  run: (context) => {
    const name = waiting(context);
    if (name) context[run](name);
  },
});

/** Titles and names by key: the next, let it stand, refuse it. */
export const NAME_ACTIONS: readonly Action<NamesContext>[] = [
  ...moves('names'),
  { id: 'names.release', label: 'console.names.action.release', key: 'KeyN', ...about('release') },
  {
    id: 'names.allow',
    label: 'console.names.action.allow',
    key: 'KeyA',
    ...about('allow'),
    when: (context) => (waiting(context)?.hits.length ?? 0) > 0,
  },
  { id: 'names.refuse', label: 'console.names.action.refuse', key: 'KeyR', ...about('refuse') },
];
