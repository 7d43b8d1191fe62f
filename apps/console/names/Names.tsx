import { Empty, timeOfDay, useActions, View } from '@weir/look';
import { Segmented } from 'antd';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { More } from '../paging/More.tsx';
import { usePages } from '../paging/usePages.ts';
import { NAME_ACTIONS } from './actions.ts';
import { NameDetail } from './NameDetail.tsx';
import { NameList } from './NameList.tsx';
import type { HeldName } from './name.ts';
import { RefusePanel } from './RefusePanel.tsx';
import '../contests/contests.css';

const EACH_MS = 3_000;
const STATES = ['open', 'answered'] as const;

/** Titles and nicknames that the screen doubts: the old ones stay until a person has let them stand, by one key. */
export function Names(): ReactElement {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const { load, items, more } = usePages<HeldName>(`/api/names?state=${state}`, EACH_MS);
  const [chosen, setChosen] = useState<string>();
  const at = useRef<string>(undefined);
  const [refusing, setRefusing] = useState<string>();
  const [writing, setWriting] = useState<{ id: string; failed?: unknown }>();
  const [done, setDone] = useState<{ what: 'release' | 'refuse'; at: number }>();
  const choose = (id: string | undefined): void => {
    at.current = id;
    setChosen(id);
    setRefusing(undefined);
  };
  const answered = (one: HeldName, what: 'release' | 'refuse'): void => {
    setDone({ what, at: Date.now() });
    const from = items.findIndex(({ id }) => id === one.id);
    // Whoever went on to another meanwhile stays there.
    if (at.current === one.id) choose((items[from + 1] ?? items[from - 1])?.id);
    load.set((now) => ({ ...now, items: now.items.filter(({ id }) => id !== one.id) }));
    load.reload();
  };
  const release = async (one: HeldName): Promise<void> => {
    if (writing?.id === one.id && writing.failed === undefined) return;
    setWriting({ id: one.id });
    try {
      await api.post(`/api/names/${one.id}/release`, {});
      setWriting(undefined);
      answered(one, 'release');
    } catch (failed) {
      setWriting({ id: one.id, failed });
    }
  };
  const actions = useActions(NAME_ACTIONS, {
    items,
    chosen: () => at.current,
    choose,
    release: (one) => void release(one),
    refuse: ({ id }) => setRefusing(id),
  });
  const shown = items.find(({ id }) => id === chosen);
  return (
    <div className="contests" data-weir-chosen={shown ? 'yes' : 'no'}>
      <section className="contests-list" aria-labelledby="names-title">
        <div className="contests-head">
          <h2 id="names-title">{t('console.names.title')}</h2>
          <Segmented
            value={state}
            onChange={(next) => {
              setState(next);
              choose(undefined);
            }}
            options={STATES.map((value) => ({ value, label: t(`console.names.list.${value}`) }))}
          />
          {done && (
            <span className="ok small" role="status" data-weir-view="done">
              <span aria-hidden="true">✓</span>{' '}
              {t(`console.names.done.${done.what}`, { time: timeOfDay(done.at) })}
            </span>
          )}
        </div>
        <View load={load}>
          {(page) =>
            page.items.length === 0 ? (
              <Empty text={t(`console.names.none.${state}`)}>
                <button
                  type="button"
                  className="button"
                  onClick={() => setState(state === 'open' ? 'answered' : 'open')}
                >
                  {t(`console.names.list.${state === 'open' ? 'answered' : 'open'}`)}
                </button>
              </Empty>
            ) : (
              <>
                <NameList items={page.items} chosen={chosen} onChoose={choose} />
                <More shown={page.items.length} more={more} />
              </>
            )
          }
        </View>
      </section>
      <section className="contests-detail" aria-label={t('console.names.one')}>
        {shown && refusing === shown.id ? (
          <RefusePanel
            key={shown.id}
            name={shown}
            onBack={() => setRefusing(undefined)}
            onDone={() => answered(shown, 'refuse')}
          />
        ) : shown ? (
          <NameDetail
            key={shown.id}
            name={shown}
            actions={actions}
            writing={writing?.id === shown.id && writing.failed === undefined}
            failed={writing?.id === shown.id ? writing.failed : undefined}
            onBack={() => choose(undefined)}
          />
        ) : (
          <p className="mute contests-hint">{t('console.names.choose')}</p>
        )}
      </section>
    </div>
  );
}
