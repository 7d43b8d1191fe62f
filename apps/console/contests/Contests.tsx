import { timeOfDay, useActions } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { allowTermOf } from '../items/allowTerm.ts';
import { useChosen } from '../items/choosing.ts';
import { ItemPage, type ItemsState } from '../items/ItemPage.tsx';
import { COMPILED_WITHIN_MS } from '../lexicon/entry.ts';
import { usePages } from '../paging/usePages.ts';
import { type Answer, CONTEST_ACTIONS } from './actions.ts';
import { ContestDetail } from './ContestDetail.tsx';
import { ContestState } from './ContestState.tsx';
import type { Contest } from './contest.ts';

const EACH_MS = 3_000;

/** What one says to the sender, and the term that is to be allowed; both belong to one contest. */
export type Words = { of: string; note: string; allow: string };

/** How far the answer to a contest is. */
export type Answering = { id: string; failed?: unknown } | undefined;

/** Refusals that senders contest and hits that staff say are false: looked at one by one and answered by one key. */
export function Contests(): ReactElement {
  const { t } = useTranslation();
  const [state, setState] = useState<ItemsState>('open');
  const { load, items, more } = usePages<Contest>(`/api/contests?state=${state}`, EACH_MS);
  const [words, setWords] = useState<Words>();
  const [answering, setAnswering] = useState<Answering>();
  const [answered, setAnswered] = useState<{ answer: Answer; at: number }>();
  const choosing = useChosen(items, () => setAnswering(undefined));
  const { shown, choose } = choosing;
  const wordsOf = (one: Contest): Words =>
    words?.of === one.id ? words : { of: one.id, note: '', allow: allowTermOf(one.text ?? '', one.hits) };
  const answer = async (one: Contest, how: Answer): Promise<void> => {
    if (answering?.id === one.id && answering.failed === undefined) return;
    const { note, allow } = wordsOf(one);
    setAnswering({ id: one.id });
    try {
      const body = {
        outcome: how === 'stands' ? 'stands' : 'overturned',
        ...(how === 'allow' ? { allow } : {}),
        ...(note ? { note } : {}),
      };
      await api.post(`/api/contests/${one.id}/answer`, body, COMPILED_WITHIN_MS);
      setAnswered({ answer: how, at: Date.now() });
      choosing.pass(one);
      load.set((now) => ({ ...now, items: now.items.filter(({ id }) => id !== one.id) }));
      load.reload();
    } catch (failed) {
      setAnswering({ id: one.id, failed });
    }
  };
  const actions = useActions(CONTEST_ACTIONS, {
    ...choosing,
    answer: (one, how) => void answer(one, how),
  });
  return (
    <ItemPage
      word={(key) => t(`console.contests.${key}`)}
      state={state}
      onState={(next) => {
        setState(next);
        choose(undefined);
      }}
      load={load}
      more={more}
      done={answered && t(`console.contests.done.${answered.answer}`, { time: timeOfDay(answered.at) })}
      chosen={shown}
      onChoose={choose}
      row={(one) => ({ state: <ContestState contest={one} />, who: one.user.nickname })}
    >
      {shown && (
        <ContestDetail
          key={shown.id}
          contest={shown}
          actions={actions}
          words={wordsOf(shown)}
          onWords={(part) => setWords({ ...wordsOf(shown), ...part })}
          answering={answering?.id === shown.id ? answering : undefined}
          onBack={() => choose(undefined)}
        />
      )}
    </ItemPage>
  );
}
