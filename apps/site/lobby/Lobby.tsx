import { type Broadcast, type BroadcastKind, Empty, useLoad, View, warmPlayer } from '@weir/look';
import { type ReactElement, useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { useTitle } from '../frame/title.ts';
import { Card, CardPlace, CardSkeleton } from './Card.tsx';
import { FIRST, listLive, takePage } from './early.ts';
import './lobby.css';
import { inOrder } from './order.ts';

const REFRESH_MS = 5_000;
const TABS = ['all', 'video', 'audio'] as const satisfies readonly ('all' | BroadcastKind)[];
type Tab = (typeof TABS)[number];

/** What is live now, most watched first, by kind. */
export function Lobby(): ReactElement {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('all');
  const [early] = useState(takePage);
  const load = useLoad(listLive, [], REFRESH_MS, early);
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
  // The first paint waits for no card that is out of sight.
  const drawn = useDeferredValue(Number.POSITIVE_INFINITY, FIRST);
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
          {i < drawn ? <Card broadcast={broadcast} first={i < FIRST} /> : <CardPlace />}
        </li>
      ))}
    </ul>
  );
}
