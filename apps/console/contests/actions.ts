import type { Action } from '@weir/look';
import { type Choosing, chosenOf, moves } from '../items/choosing.ts';
import type { Contest } from './contest.ts';

export type Answer = 'stands' | 'overturned' | 'allow';

export type ContestsContext = Choosing<Contest> & { answer(contest: Contest, answer: Answer): void };

const open = (context: ContestsContext): Contest | undefined => {
  const contest = chosenOf(context);
  return contest?.state === 'open' ? contest : undefined;
};

const answering = (answer: Answer): Pick<Action<ContestsContext>, 'when' | 'run' | 'group'> => ({
  group: 'console.contests.title',
  when: (context) => open(context) !== undefined,
  run: (context) => {
    const contest = open(context);
    if (contest) context.answer(contest, answer);
  },
});

/** Contests by key: the next, and what a person decides. */
export const CONTEST_ACTIONS: readonly Action<ContestsContext>[] = [
  ...moves('contests'),
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
    when: (context) => (open(context)?.hits.length ?? 0) > 0,
  },
  { id: 'contests.stand', label: 'console.contests.action.stand', key: 'KeyR', ...answering('stands') },
];
