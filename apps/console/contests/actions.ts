import type { Action } from '@weir/look';
import type { Contest } from './contest.ts';

export type Answer = 'stands' | 'overturned' | 'allow';

export type ContestsContext = {
  items: readonly Contest[];
  chosen: () => string | undefined;
  choose(id: string | undefined): void;
  answer(contest: Contest, answer: Answer): void;
};

export const contestAt = ({ items, chosen }: ContestsContext): Contest | undefined =>
  items.find(({ id }) => id === chosen());

function move({ items, chosen, choose }: ContestsContext, by: number): void {
  const from = items.findIndex(({ id }) => id === chosen());
  const to = items[from < 0 ? 0 : Math.min(items.length - 1, Math.max(0, from + by))];
  if (to) choose(to.id);
}

const answering = (answer: Answer): Pick<Action<ContestsContext>, 'when' | 'run' | 'group'> => ({
  group: 'console.contests.title',
  when: (context) => contestAt(context)?.state === 'open',
  run: (context) => {
    const contest = contestAt(context);
    if (contest?.state === 'open') context.answer(contest, answer);
  },
});

/** Contests by key: the next, and what a person decides. */
export const CONTEST_ACTIONS: readonly Action<ContestsContext>[] = [
  {
    id: 'contests.next',
    label: 'console.contests.action.next',
    group: 'console.contests.title',
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'contests.previous',
    label: 'console.contests.action.previous',
    group: 'console.contests.title',
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'contests.overturn',
    label: 'console.contests.action.overturn',
    key: 'KeyN',
    ...answering('overturned'),
  },
  {
    id: 'contests.allow',
    label: 'console.contests.action.allow',
    key: 'KeyA',
    ...answering('allow'),
    when: (context) => contestAt(context)?.state === 'open' && (contestAt(context)?.hits.length ?? 0) > 0,
  },
  { id: 'contests.stand', label: 'console.contests.action.stand', key: 'KeyR', ...answering('stands') },
];
