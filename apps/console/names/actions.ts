import type { Action } from '@weir/look';
import { type HeldName, isWaiting } from './name.ts';

export type NamesContext = {
  items: readonly HeldName[];
  chosen: () => string | undefined;
  choose(id: string | undefined): void;
  release(name: HeldName): void;
  /** Opens the panel that asks for the reason. */
  refuse(name: HeldName): void;
};

export const nameAt = ({ items, chosen }: NamesContext): HeldName | undefined =>
  items.find(({ id }) => id === chosen());

function move({ items, chosen, choose }: NamesContext, by: number): void {
  const from = items.findIndex(({ id }) => id === chosen());
  const to = items[from < 0 ? 0 : Math.min(items.length - 1, Math.max(0, from + by))];
  if (to) choose(to.id);
}

const about = (run: 'release' | 'refuse'): Pick<Action<NamesContext>, 'group' | 'when' | 'run'> => ({
  group: 'console.names.title',
  when: (context) => {
    const name = nameAt(context);
    return name !== undefined && isWaiting(name);
  },
  run: (context) => {
    const name = nameAt(context);
    if (name && isWaiting(name)) context[run](name);
  },
});

/** Titles and names by key: the next, let it stand, refuse it. */
export const NAME_ACTIONS: readonly Action<NamesContext>[] = [
  {
    id: 'names.next',
    label: 'console.names.action.next',
    group: 'console.names.title',
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'names.previous',
    label: 'console.names.action.previous',
    group: 'console.names.title',
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
  { id: 'names.release', label: 'console.names.action.release', key: 'KeyN', ...about('release') },
  { id: 'names.refuse', label: 'console.names.action.refuse', key: 'KeyR', ...about('refuse') },
];
