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
import { NAME_ACTIONS } from './actions.ts';
import { NameDetail } from './NameDetail.tsx';
import { NameState } from './NameState.tsx';
import type { HeldName } from './name.ts';
import { RefusePanel } from './RefusePanel.tsx';

const EACH_MS = 3_000;

type Answer = 'release' | 'allow' | 'refuse';

/** Titles and nicknames that the screen doubts: the old ones stay until a person has let them stand, by one key. */
export function Names(): ReactElement {
  const { t } = useTranslation();
  const [state, setState] = useState<ItemsState>('open');
  const list = usePages<HeldName>(`/api/names?state=${state}`, EACH_MS);
  const [refusing, setRefusing] = useState<string>();
  const [term, setTerm] = useState<{ of: string; allow: string }>();
  const choosing = useChosen(list.items, () => setRefusing(undefined));
  const { shown, choose } = choosing;
  const answering = useAnswering<HeldName, Answer>(list, choosing);
  const { done } = answering;
  const writing = answering.writingOf(shown);
  const allowOf = (one: HeldName): string =>
    term?.of === one.id ? term.allow : allowTermOf(one.text ?? '', one.hits);
  const release = (one: HeldName, how: 'release' | 'allow'): Promise<void> =>
    answering.answer(one, how, () => {
      const body = how === 'allow' ? { allow: allowOf(one) } : {};
      return api.post(`/api/names/${one.id}/release`, body, COMPILED_WITHIN_MS);
    });
  const actions = useActions(NAME_ACTIONS, {
    ...choosing,
    back: () => (refusing ? setRefusing(undefined) : choosing.back()),
    release: (one) => void release(one, 'release'),
    allow: (one) => void release(one, 'allow'),
    refuse: ({ id }) => setRefusing(id),
  });
  return (
    <ItemPage
      word={(key) => t(`console.names.${key}`)}
      state={state}
      onState={(next) => {
        setState(next);
        choose(undefined);
      }}
      load={list.load}
      more={list.more}
      done={done && t(`console.names.done.${done.how}`, { time: timeOfDay(done.at) })}
      chosen={shown}
      onChoose={choose}
      row={(one) => ({
        state: <NameState state={one.state} />,
        kind: t(`console.names.of.${one.of}`),
        who: one.owner.nickname,
      })}
    >
      {shown && refusing === shown.id ? (
        <RefusePanel
          key={shown.id}
          name={shown}
          onBack={() => setRefusing(undefined)}
          onDone={() => answering.answered(shown, 'refuse')}
        />
      ) : (
        shown && (
          <NameDetail
            key={shown.id}
            name={shown}
            actions={actions}
            allow={allowOf(shown)}
            onAllow={(allow) => setTerm({ of: shown.id, allow })}
            writing={writing !== undefined && writing.failed === undefined}
            failed={writing?.failed}
            onBack={() => choose(undefined)}
          />
        )
      )}
    </ItemPage>
  );
}
