import type { Action } from '@weir/look';
import { useRef, useState } from 'react';

/** A list of which one item is chosen, as actions see it. */
export type Choosing<T extends { id: string }> = {
  items: readonly T[];
  /** Asked when a key is pressed: what is chosen by then, not at the last render. */
  chosen: () => string | undefined;
  choose(id: string | undefined): void;
  /** One step back: to the list, or out of what is open over the item. */
  back(): void;
};

/** The chosen item, where it is still in the list. */
export const chosenOf = <T extends { id: string }>({ items, chosen }: Choosing<T>): T | undefined =>
  items.find(({ id }) => id === chosen());

function move({ items, chosen, choose }: Choosing<{ id: string }>, by: number): void {
  const from = items.findIndex(({ id }) => id === chosen());
  const to = items[from < 0 ? 0 : Math.min(items.length - 1, Math.max(0, from + by))];
  if (to) choose(to.id);
}

/**
 * The next and the one before, by `J` and `K`, and back by `Esc`. `of`: the page's name; labels are
 * `console.OF.action.next` and `.previous`, the heading `console.OF.title`.
 */
export const moves = (of: string): readonly Action<Choosing<{ id: string }>>[] => {
  const group = `console.${of}.title`;
  return [
    {
      id: `${of}.next`,
      label: `console.${of}.action.next`,
      group,
      key: 'KeyJ',
      repeats: true,
      run: (context) => move(context, 1),
    },
    {
      id: `${of}.previous`,
      label: `console.${of}.action.previous`,
      group,
      key: 'KeyK',
      repeats: true,
      run: (context) => move(context, -1),
    },
    { id: `${of}.back`, label: 'console.action.back', group, key: 'Escape', run: ({ back }) => back() },
  ];
};

/** Which of `items` is chosen. `onChoose`, where there is one, is called with each choice. */
export function useChosen<T extends { id: string }>(
  items: readonly T[],
  onChoose?: () => void,
): Choosing<T> & {
  shown: T | undefined;
  /** After an answer the next one is chosen; whoever went on to another meanwhile stays there. */
  pass(from: T): void;
} {
  const [chosen, setChosen] = useState<string>();
  const at = useRef<string>(undefined);
  const choose = (id: string | undefined): void => {
    at.current = id;
    setChosen(id);
    onChoose?.();
  };
  const pass = (from: T): void => {
    if (at.current !== from.id) return;
    const place = items.findIndex(({ id }) => id === from.id);
    choose((items[place + 1] ?? items[place - 1])?.id);
  };
  return {
    items,
    chosen: () => at.current,
    choose,
    back: () => choose(undefined),
    pass,
    shown: items.find(({ id }) => id === chosen),
  };
}
