import { type Broadcast, Empty, useLoad, View } from '@weir/look';
import { Segmented } from 'antd';
import type { ReactElement, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { BroadcastTable } from './BroadcastTable.tsx';
import { SORTS, type Sort } from './order.ts';
import { Skeleton } from './Skeleton.tsx';
import { Totals } from './Totals.tsx';
import type { LiveList } from './useLiveList.ts';

const CUT_EACH_MS = 5_000;

/** The list with what narrows and sorts it. */
export function List(props: {
  list: LiveList;
  chosen: string | undefined;
  onChoose: (id: string) => void;
  search: RefObject<HTMLInputElement | null>;
}): ReactElement {
  const { t } = useTranslation();
  const { list } = props;
  return (
    <section className="now-list" aria-labelledby="now-title">
      <div className="now-head">
        <h2 id="now-title">{t('console.now.title')}</h2>
        <Totals broadcasts={list.running} />
      </div>
      <div className="now-tools">
        <Segmented
          value={list.part}
          onChange={list.setPart}
          options={(['live', 'waiting', 'cut'] as const).map((value) => ({
            value,
            label: t(`console.now.part.${value}`, { n: list.counts[value] }),
          }))}
        />
        <label className="now-search">
          <span className="only-heard">{t('console.now.search')}</span>
          <input
            ref={props.search}
            className="input"
            type="search"
            placeholder={t('console.now.search')}
            value={list.text}
            onChange={(event) => list.setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
              // Esc leaves the field for the list, so that J and K move again; the broadcast stays open.
              event.stopPropagation();
              event.currentTarget.blur();
            }}
          />
        </label>
        {list.part !== 'cut' && (
          <select
            className="input now-sort"
            aria-label={t('console.now.sort')}
            value={list.sort}
            onChange={(event) => list.setSort(event.target.value as Sort)}
          >
            {SORTS.map((value) => (
              <option key={value} value={value}>
                {t(`console.now.by.${value}`)}
              </option>
            ))}
          </select>
        )}
        {list.part !== 'cut' && (
          <button
            type="button"
            className={`button now-anew ${list.stale ? '' : 'now-anew-idle'}`}
            disabled={!list.stale}
            onClick={list.arrangeAnew}
          >
            {t('console.now.anew')}
          </button>
        )}
      </div>
      {list.part === 'cut' ? (
        <Cut {...props} />
      ) : (
        <View load={list.load} skeleton={<Skeleton />}>
          {() =>
            list.shown.length > 0 ? (
              <BroadcastTable broadcasts={list.shown} chosen={props.chosen} onChoose={props.onChoose} />
            ) : (
              <Nothing list={list} />
            )
          }
        </View>
      )}
    </section>
  );
}

function Nothing(props: { list: LiveList }): ReactElement {
  const { t } = useTranslation();
  const { list } = props;
  if (list.text)
    return (
      <Empty text={t('console.now.none', { text: list.text })}>
        <button type="button" className="button" onClick={() => list.setText('')}>
          {t('console.now.clear')}
        </button>
      </Empty>
    );
  if (list.part === 'waiting')
    return (
      <Empty text={t('console.now.noneWaiting')}>
        <button type="button" className="button" onClick={() => list.setPart('live')}>
          {t('console.now.toLive')}
        </button>
      </Empty>
    );
  return (
    <Empty text={t('console.now.empty')}>
      <button type="button" className="button" onClick={() => list.setPart('cut')}>
        {t('console.now.toCut')}
      </button>
    </Empty>
  );
}

/** What stands cut off, the latest broadcast first: where somebody finds one to restore. */
function Cut(props: {
  list: LiveList;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const cut = useLoad(
    (signal) => api.get<{ items: Broadcast[] }>('/api/broadcasts?state=cut', signal),
    [],
    CUT_EACH_MS,
  );
  return (
    <View load={cut} skeleton={<Skeleton />}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty text={t('console.now.noneCut')}>
            <button type="button" className="button" onClick={() => props.list.setPart('live')}>
              {t('console.now.toLive')}
            </button>
          </Empty>
        ) : (
          <BroadcastTable
            broadcasts={items.filter(props.list.matches)}
            chosen={props.chosen}
            onChoose={props.onChoose}
          />
        )
      }
    </View>
  );
}
