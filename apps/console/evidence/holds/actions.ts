import type { Action } from '@weir/look';
import type { Hold } from './hold.ts';

export type HoldsContext = {
  items: readonly Hold[];
  chosen: () => string | undefined;
  choose(id: string | undefined): void;
  ask(what: 'extend' | 'release' | undefined): void;
  asked: () => boolean;
};

const group = 'console.holds.title';
const has = ({ items, chosen }: HoldsContext): boolean => items.some(({ id }) => id === chosen());

function move({ items, chosen, choose }: HoldsContext, by: number): void {
  const from = items.findIndex(({ id }) => id === chosen());
  const to = items[from < 0 ? 0 : Math.min(items.length - 1, Math.max(0, from + by))];
  if (to) choose(to.id);
}

/** Holds by key: the next, and what a person decides. */
export const HOLDS_ACTIONS: readonly Action<HoldsContext>[] = [
  {
    id: 'holds.next',
    label: 'console.holds.action.next',
    group,
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'holds.previous',
    label: 'console.holds.action.previous',
    group,
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
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
  {
    id: 'holds.back',
    label: 'console.action.back',
    group,
    key: 'Escape',
    run: ({ asked, ask, choose }) => (asked() ? ask(undefined) : choose(undefined)),
  },
];
