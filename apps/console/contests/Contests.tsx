import { timeOfDay, useActions } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { allowTermOf } from '../items/allowTerm.ts';
import { useAnswering } from '../items/answering.ts';
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

/** Refusals that senders contest and hits that staff say are false: looked at one by one and answered by one key. */
export function Contests(): ReactElement {
  const { t } = useTranslation();
  const [state, setState] = useState<ItemsState>('open');
  const list = usePages<Contest>(`/api/contests?state=${state}`, EACH_MS);
  const [words, setWords] = useState<Words>();
  const choosing = useChosen(list.items);
  const { shown, choose } = choosing;
  const answering = useAnswering<Contest, Answer>(list, choosing);
  const { done } = answering;
  const wordsOf = (one: Contest): Words =>
    words?.of === one.id ? words : { of: one.id, note: '', allow: allowTermOf(one.text ?? '', one.hits) };
  const answer = (one: Contest, how: Answer): Promise<void> => {
    const { note, allow } = wordsOf(one);
    const body = {
      outcome: how === 'stands' ? 'stands' : 'overturned',
      ...(how === 'allow' ? { allow } : {}),
      ...(note ? { note } : {}),
    };
    return answering.answer(one, how, () =>
      api.post(`/api/contests/${one.id}/answer`, body, COMPILED_WITHIN_MS),
    );
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
      load={list.load}
      more={list.more}
      done={done && t(`console.contests.done.${done.how}`, { time: timeOfDay(done.at) })}
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
          writing={answering.writingOf(shown)}
          onBack={() => choose(undefined)}
        />
      )}
    </ItemPage>
  );
}
