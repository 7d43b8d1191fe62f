import type { Action, Broadcast, Watch } from '@weir/look';
import type { RefObject } from 'react';

/** What stands open at the right. */
export type Panel = 'cut' | 'gate' | 'restore' | undefined;

export type NowContext = {
  shown: readonly Broadcast[];
  /** Who is chosen now; read at the key press, so that fast presses count one by one. */
  chosen: () => string | undefined;
  broadcast: Broadcast | undefined;
  panel: Panel;
  choose(id: string | undefined): void;
  setPanel(panel: Panel): void;
  openDesk(id: string): void;
  search: RefObject<HTMLInputElement | null>;
  watch: Watch | undefined;
};

function move({ shown, chosen, choose }: NowContext, by: number): void {
  const at = shown.findIndex((one) => one.id === chosen());
  const to =
    at < 0 ? shown[by > 0 ? 0 : shown.length - 1] : shown[Math.min(shown.length - 1, Math.max(0, at + by))];
  if (to) choose(to.id);
}

const isCut = ({ broadcast }: NowContext): boolean => broadcast?.state === 'cut';
const stands = (context: NowContext): boolean => context.broadcast !== undefined && !isCut(context);

/** True where a gate holds pictures that somebody can look at. */
export const hasDesk = (broadcast: Broadcast | undefined): boolean =>
  broadcast !== undefined &&
  (broadcast.state === 'live' || broadcast.state === 'interrupted') &&
  (broadcast.gate.media.mode === 'review' || broadcast.gate.media.mode === 'delay');

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
    when: stands,
    run: ({ setPanel }) => setPanel('cut'),
  },
  {
    id: 'now.gate',
    label: 'console.action.order',
    group: 'console.now.group',
    key: 'KeyG',
    when: stands,
    run: ({ setPanel }) => setPanel('gate'),
  },
  {
    id: 'now.desk',
    label: 'console.action.desk',
    group: 'console.now.group',
    key: 'KeyO',
    when: ({ broadcast }) => hasDesk(broadcast),
    run: ({ broadcast, openDesk }) => {
      if (broadcast) openDesk(broadcast.id);
    },
  },
  {
    id: 'now.restore',
    label: 'console.action.restore',
    group: 'console.now.group',
    key: 'Shift+KeyX',
    when: isCut,
    run: ({ setPanel }) => setPanel('restore'),
  },
  {
    id: 'now.sound',
    label: 'console.action.sound',
    group: 'console.now.group',
    key: 'KeyM',
    when: ({ watch }) => watch !== undefined,
    run: ({ watch }) => watch?.setMuted(!watch.store.get().muted),
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
    when: ({ panel, chosen }) => panel !== undefined || chosen() !== undefined,
    run: ({ panel, setPanel, choose }) => (panel ? setPanel(undefined) : choose(undefined)),
  },
];
