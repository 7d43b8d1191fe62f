import { Empty, type Loaded, timeShort, View } from '@weir/look';
import { Segmented } from 'antd';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { More } from '../paging/More.tsx';
import type { Page } from '../paging/pages.ts';
import { ItemLine } from './ItemLine.tsx';
import { ItemList } from './ItemList.tsx';
import { Written } from './Written.tsx';
import './items.css';

const STATES = ['open', 'answered'] as const;
export type ItemsState = (typeof STATES)[number];
type Word = 'title' | 'one' | 'choose' | `list.${ItemsState}` | `none.${ItemsState}`;

/** A text that waits for a person, or was answered. */
type Item = Parameters<typeof Written>[0] & { id: string; at: string; category: string };

/** Texts that wait for a person or were answered, and beside them the chosen one, or how to choose one. */
export function ItemPage<T extends Item>(props: {
  /** The page's words. */
  word: (key: Word) => string;
  state: ItemsState;
  onState: (state: ItemsState) => void;
  load: Loaded<Page<T>>;
  more: (() => void) | undefined;
  /** What was done last, where something was. */
  done: string | undefined;
  chosen: T | undefined;
  onChoose: (id: string) => void;
  /** How an item stands, what it is if there are several things, and whose. */
  row: (one: T) => { state: ReactNode; kind?: string; who: string };
  children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { word, state, onState, chosen } = props;
  const other = state === 'open' ? 'answered' : 'open';
  const line = (one: T): ReactElement => {
    const { state: stands, kind, who } = props.row(one);
    const category = one.category && t(`violation.${one.category}`, { defaultValue: one.category });
    return (
      <ItemLine state={stands} about={[kind, category, who, timeShort(one.at)].filter(Boolean).join(' · ')}>
        <Written text={one.text} hits={one.hits} />
      </ItemLine>
    );
  };
  return (
    <div className="items" data-weir-chosen={chosen ? 'yes' : 'no'}>
      <section className="items-list" aria-label={word('title')}>
        <div className="items-head">
          <h2>{word('title')}</h2>
          <Segmented
            value={state}
            onChange={onState}
            options={STATES.map((value) => ({ value, label: word(`list.${value}`) }))}
          />
          {props.done && (
            <span className="ok small" role="status" data-weir-view="done">
              <span aria-hidden="true">✓</span> {props.done}
            </span>
          )}
        </div>
        <View load={props.load}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty text={word(`none.${state}`)}>
                <button type="button" className="button" onClick={() => onState(other)}>
                  {word(`list.${other}`)}
                </button>
              </Empty>
            ) : (
              <>
                <ItemList items={items} chosen={chosen?.id} onChoose={props.onChoose}>
                  {line}
                </ItemList>
                <More shown={items.length} more={props.more} />
              </>
            )
          }
        </View>
      </section>
      <section className="items-detail" aria-label={word('one')}>
        {chosen ? props.children : <p className="mute items-hint">{word('choose')}</p>}
      </section>
    </div>
  );
}
