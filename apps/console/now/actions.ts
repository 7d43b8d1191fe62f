import type { Action, Broadcast } from '@weir/look';
import type { RefObject } from 'react';

/** What stands open at the right. */
export type Panel = 'cut' | 'gate' | 'restore' | undefined;

export type NowContext = {
  shown: readonly Broadcast[];
  id: string | undefined;
  broadcast: Broadcast | undefined;
  panel: Panel;
  choose(id: string | undefined): void;
  setPanel(panel: Panel): void;
  search: RefObject<HTMLInputElement | null>;
};

function move({ shown, id, choose }: NowContext, by: number): void {
  const at = shown.findIndex((one) => one.id === id);
  const to =
    at < 0 ? shown[by > 0 ? 0 : shown.length - 1] : shown[Math.min(shown.length - 1, Math.max(0, at + by))];
  if (to) choose(to.id);
}

const isCut = ({ broadcast }: NowContext): boolean => broadcast?.state === 'cut';

/** Everything a reviewer does here, once: buttons, keys, palette and help come from this list. */
export const NOW_ACTIONS: readonly Action<NowContext>[] = [
  {
    id: 'now.next',
    label: 'console.action.next',
    group: 'console.now.group',
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'now.previous',
    label: 'console.action.previous',
    group: 'console.now.group',
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'now.cut',
    label: 'console.action.cut',
    group: 'console.now.group',
    key: 'KeyX',
    danger: true,
    when: (context) => context.broadcast !== undefined && !isCut(context),
    run: ({ setPanel }) => setPanel('cut'),
  },
  {
    id: 'now.gate',
    label: 'console.action.order',
    group: 'console.now.group',
    key: 'KeyG',
    when: (context) => context.broadcast !== undefined && !isCut(context),
    run: ({ setPanel }) => setPanel('gate'),
  },
  {
    id: 'now.restore',
    label: 'console.action.restore',
    group: 'console.now.group',
    when: isCut,
    run: ({ setPanel }) => setPanel('restore'),
  },
  {
    id: 'now.search',
    label: 'console.action.search',
    group: 'console.now.group',
    key: 'Slash',
    run: ({ search }) => search.current?.focus(),
  },
  {
    id: 'now.back',
    label: 'console.action.back',
    group: 'console.now.group',
    key: 'Escape',
    when: ({ panel, id }) => panel !== undefined || id !== undefined,
    run: ({ panel, setPanel, choose }) => (panel ? setPanel(undefined) : choose(undefined)),
  },
];
