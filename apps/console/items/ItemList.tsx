import type { ReactElement, ReactNode } from 'react';
import { useInSight } from '../shell/useInSight.ts';

/** What waits for somebody, an item a row, in the order given; the chosen one is kept in sight. */
export function ItemList<T extends { id: string }>(props: {
  items: readonly T[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** What a row shows. */
  children: (one: T) => ReactNode;
}): ReactElement {
  useInSight('items-rows', props.chosen);
  return (
    <ul className="items-rows">
      {props.items.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className="items-row"
            aria-current={one.id === props.chosen}
            onClick={() => props.onChoose(one.id)}
          >
            {props.children(one)}
          </button>
        </li>
      ))}
    </ul>
  );
}
