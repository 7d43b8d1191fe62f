import { Empty, timeOfDay, useActions, View } from '@weir/look';
import { Segmented } from 'antd';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { More } from '../paging/More.tsx';
import { usePages } from '../paging/usePages.ts';
import { type Answer, CONTEST_ACTIONS } from './actions.ts';
import { ContestDetail } from './ContestDetail.tsx';
import { ContestList } from './ContestList.tsx';
import { allowTermOf, type Contest } from './contest.ts';
import './contests.css';

const EACH_MS = 3_000;
const STATES = ['open', 'answered'] as const;

/** What one says to the sender, and the term that is to be allowed; both belong to one contest. */
export type Words = { of: string; note: string; allow: string };

/** How far the answer to a contest is. */
export type Answering = { id: string; failed?: unknown } | undefined;

/** Refusals that senders contest and hits that staff say are false: looked at one by one and answered by one key. */
export function Contests(): ReactElement {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const { load, items, more } = usePages<Contest>(`/api/contests?state=${state}`, EACH_MS);
  const [chosen, setChosen] = useState<string>();
  const at = useRef<string>(undefined);
  const [words, setWords] = useState<Words>();
  const [answering, setAnswering] = useState<Answering>();
  const [answered, setAnswered] = useState<{ answer: Answer; at: number }>();
  const choose = (id: string | undefined): void => {
    at.current = id;
    setChosen(id);
    setAnswering(undefined);
  };
  const wordsOf = (one: Contest): Words =>
    words?.of === one.id ? words : { of: one.id, note: '', allow: allowTermOf(one.text ?? '', one.hits) };
  const answer = async (one: Contest, how: Answer): Promise<void> => {
    if (answering?.id === one.id && answering.failed === undefined) return;
    const { note, allow } = wordsOf(one);
    setAnswering({ id: one.id });
    try {
      await api.post(`/api/contests/${one.id}/answer`, {
        outcome: how === 'stands' ? 'stands' : 'overturned',
        ...(how === 'allow' ? { allow } : {}),
        ...(note ? { note } : {}),
      });
      setAnswered({ answer: how, at: Date.now() });
      const from = items.findIndex(({ id }) => id === one.id);
      // Whoever went on to another meanwhile stays there.
      if (at.current === one.id) choose((items[from + 1] ?? items[from - 1])?.id);
      load.set((now) => ({ ...now, items: now.items.filter(({ id }) => id !== one.id) }));
      load.reload();
    } catch (failed) {
      setAnswering({ id: one.id, failed });
    }
  };
  const actions = useActions(CONTEST_ACTIONS, {
    items,
    chosen: () => at.current,
    choose,
    answer: (one, how) => void answer(one, how),
  });
  const shown = items.find(({ id }) => id === chosen);
  return (
    <div className="contests" data-weir-chosen={shown ? 'yes' : 'no'}>
      <section className="contests-list" aria-labelledby="contests-title">
        <div className="contests-head">
          <h2 id="contests-title">{t('console.contests.title')}</h2>
          <Segmented
            value={state}
            onChange={(next) => {
              setState(next);
              choose(undefined);
            }}
            options={STATES.map((value) => ({ value, label: t(`console.contests.state.${value}`) }))}
          />
          {answered && (
            <span className="ok small" role="status" data-weir-view="done">
              <span aria-hidden="true">✓</span>{' '}
              {t(`console.contests.done.${answered.answer}`, { time: timeOfDay(answered.at) })}
            </span>
          )}
        </div>
        <View load={load}>
          {(page) =>
            page.items.length === 0 ? (
              <Empty text={t(`console.contests.none.${state}`)}>
                <button
                  type="button"
                  className="button"
                  onClick={() => setState(state === 'open' ? 'answered' : 'open')}
                >
                  {t(`console.contests.state.${state === 'open' ? 'answered' : 'open'}`)}
                </button>
              </Empty>
            ) : (
              <>
                <ContestList items={page.items} chosen={chosen} onChoose={choose} />
                <More shown={page.items.length} more={more} />
              </>
            )
          }
        </View>
      </section>
      <section className="contests-detail" aria-label={t('console.contests.one')}>
        {shown ? (
          <ContestDetail
            key={shown.id}
            contest={shown}
            actions={actions}
            words={wordsOf(shown)}
            onWords={(part) => setWords({ ...wordsOf(shown), ...part })}
            answering={answering?.id === shown.id ? answering : undefined}
            onBack={() => choose(undefined)}
          />
        ) : (
          <p className="mute contests-hint">{t('console.contests.choose')}</p>
        )}
      </section>
    </div>
  );
}
