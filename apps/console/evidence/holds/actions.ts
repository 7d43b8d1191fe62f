import type { Action } from '@weir/look';
import { type Choosing, chosenOf, moves } from '../../items/choosing.ts';
import type { Hold } from './hold.ts';

export type HoldsContext = Choosing<Hold> & { ask(what: 'extend' | 'release'): void };

const group = 'console.holds.title';
const has = (context: HoldsContext): boolean => chosenOf(context) !== undefined;

/** Holds by key: the next, and what a person decides. */
export const HOLDS_ACTIONS: readonly Action<HoldsContext>[] = [
  ...moves('holds'),
  {
    id: 'holds.extend',
    label: 'console.holds.action.extend',
    group,
    key: 'KeyE',
    when: has,
    run: ({ ask }) => ask('extend'),
  },
  {
    id: 'holds.release',
    label: 'console.holds.action.release',
    group,
    key: 'KeyR',
    when: has,
    run: ({ ask }) => ask('release'),
  },
];
