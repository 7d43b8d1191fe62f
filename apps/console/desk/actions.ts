import type { Action, Stretch } from '@weir/look';
import type { Panel } from '../now/actions.ts';

export type DeskContext = {
  /** What can be moved through: the head of the gate, oldest first. */
  stretches: readonly Stretch[];
  cursor: () => string | undefined;
  moveTo(id: string): void;
  panel: Panel;
  setPanel(panel: Panel): void;
  /** Review alone: in delay everything leaves by itself. */
  mayRelease: boolean;
  release(): void;
  drop(): void;
  follow(on: boolean): void;
  pause(): void;
  sound(): void;
  back(): void;
};

function move({ stretches, cursor, moveTo }: DeskContext, by: number): void {
  const at = stretches.findIndex(({ id }) => id === cursor());
  const to = stretches[Math.min(stretches.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  if (to) moveTo(to.id);
}

const isHeld = ({ stretches, cursor }: DeskContext): boolean =>
  stretches.find(({ id }) => id === cursor())?.state === 'held';

/** What is done at the desk; Enter is the strip's own, so that it stays the browser's everywhere else. */
export const DESK_ACTIONS: readonly Action<DeskContext>[] = [
  {
    id: 'desk.next',
    label: 'console.action.nextStretch',
    group: 'console.desk.title',
    key: 'ArrowRight',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'desk.previous',
    label: 'console.action.previousStretch',
    group: 'console.desk.title',
    key: 'ArrowLeft',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'desk.release',
    label: 'console.action.releaseTo',
    group: 'console.desk.title',
    when: ({ mayRelease }) => mayRelease,
    run: ({ release }) => release(),
  },
  {
    id: 'desk.drop',
    label: 'console.action.drop',
    group: 'console.desk.title',
    key: 'KeyD',
    when: isHeld,
    run: ({ drop }) => drop(),
  },
  {
    id: 'desk.follow',
    label: 'console.action.follow',
    group: 'console.desk.title',
    key: 'KeyF',
    when: ({ mayRelease }) => mayRelease,
    run: ({ follow }) => follow(true),
    release: ({ follow }) => follow(false),
  },
  {
    id: 'desk.pause',
    label: 'console.action.pause',
    group: 'console.desk.title',
    key: 'KeyP',
    run: ({ pause }) => pause(),
  },
  {
    id: 'desk.sound',
    label: 'console.action.sound',
    group: 'console.desk.title',
    key: 'KeyM',
    run: ({ sound }) => sound(),
  },
  {
    id: 'desk.cut',
    label: 'console.action.cut',
    group: 'console.desk.title',
    key: 'KeyX',
    danger: true,
    run: ({ setPanel }) => setPanel('cut'),
  },
  {
    id: 'desk.gate',
    label: 'console.action.order',
    group: 'console.desk.title',
    key: 'KeyG',
    run: ({ setPanel }) => setPanel('gate'),
  },
  {
    id: 'desk.back',
    label: 'console.action.back',
    group: 'console.desk.title',
    key: 'Escape',
    run: ({ panel, setPanel, back }) => (panel ? setPanel(undefined) : back()),
  },
];
