import { type Broadcast, type BroadcastKind, Empty, useLoad, View, warmPlayer } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { useTitle } from '../frame/title.ts';
import { Card, CardSkeleton } from './Card.tsx';
import './lobby.css';
import { inOrder } from './order.ts';

const REFRESH_MS = 5_000;
/** Cards that every screen shows without scrolling. */
const FIRST = 2;
const TABS = ['all', 'video', 'audio'] as const satisfies readonly ('all' | BroadcastKind)[];
type Tab = (typeof TABS)[number];
type Page = { items: Broadcast[]; next?: string | null };

/** What is live now, most watched first, by kind. */
export function Lobby(): ReactElement {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('all');
  const load = useLoad((signal) => api.get<Page>('/api/broadcasts?state=live', signal), [], REFRESH_MS);
  useTitle(t('lobby.title'));
  useEffect(() => {
    // The player's code comes while one chooses, once the page itself is there.
    const timer = setTimeout(warmPlayer, 1_500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <div className="lobby-head">
        <h1>{t('lobby.title')}</h1>
        <div className="tabs" role="tablist" aria-label={t('lobby.kinds')}>
          {TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={tab === one}
              aria-controls="lobby-list"
              className="tab"
              onClick={() => setTab(one)}
            >
              {one === 'all' ? t('lobby.all') : t(`kind.${one}`)}
            </button>
          ))}
        </div>
      </div>
      <div id="lobby-list" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        <View load={load} skeleton={<CardSkeleton count={8} />}>
          {({ items }) => <Cards items={items} tab={tab} />}
        </View>
      </div>
    </>
  );
}

function Cards(props: { items: Broadcast[]; tab: Tab }): ReactElement {
  const { t } = useTranslation();
  const { user } = useAccount();
  const [order, setOrder] = useState<readonly string[]>([]);
  const ordered = inOrder(props.items, order);
  const ids = ordered.map((one) => one.id);
  if (ids.join() !== order.join()) setOrder(ids);
  const items = ordered.filter((one) => props.tab === 'all' || one.kind === props.tab);
  if (items.length === 0)
    return (
      <Empty text={t(props.tab === 'all' ? 'lobby.empty' : 'lobby.emptyKind')}>
        {user?.roles.includes('publisher') && (
          <Link className="button button-accent" to="/studio">
            {t('lobby.goLive')}
          </Link>
        )}
      </Empty>
    );
  return (
    <ul className="cards" data-weir-view="ready">
      {items.map((broadcast, i) => (
        <li key={broadcast.id}>
          <Card broadcast={broadcast} first={i < FIRST} />
        </li>
      ))}
    </ul>
  );
}
