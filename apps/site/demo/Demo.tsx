import { type Broadcast, Empty, useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '../api.ts';
import { useSite } from '../frame/site.tsx';
import { useTitle } from '../frame/title.ts';
import { Roles } from './Roles.tsx';
import { Tour } from './Tour.tsx';
import './demo.css';

type Page = { items: Broadcast[] };

/** The demonstration: be any role by one click, and go once through watch, send, cut, dark, restore. */
export function Demo(): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  useTitle(t('demo.title'));
  const load = useLoad((signal) => api.get<Page>('/api/broadcasts?state=live', signal), []);
  if (site && !site.demo)
    return (
      <Empty page text={t('demo.off')}>
        <Link className="button" to="/">
          {t('site.toLobby')}
        </Link>
      </Empty>
    );
  return (
    <div className="stack">
      <header>
        <h1>{t('demo.title')}</h1>
        <p className="mute">{t('demo.intro')}</p>
      </header>
      <Roles />
      <View load={load}>
        {({ items }) => {
          const chosen = pick(items);
          return chosen ? (
            <Tour key={chosen.id} broadcast={chosen} />
          ) : (
            <Empty text={t('demo.noBroadcast')}>
              <button type="button" className="button" onClick={load.reload}>
                {t('look.retry')}
              </button>
            </Empty>
          );
        }}
      </View>
    </div>
  );
}

/** A moving picture with open gates shows every step at once. */
function pick(items: Broadcast[]): Broadcast | undefined {
  const open = (one: Broadcast): boolean =>
    one.gate.media.mode === 'open' && one.gate.messages.mode === 'open';
  return (
    items.find((one) => one.kind === 'video' && open(one)) ??
    items.find((one) => one.kind === 'video') ??
    items[0]
  );
}
