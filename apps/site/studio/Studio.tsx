import { type Broadcast, Empty, Forbidden, useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { StateWord } from '../frame/StateWord.tsx';
import { useTitle } from '../frame/title.ts';
import { CreateForm } from './CreateForm.tsx';
import { useKeys } from './keys.ts';
import './studio.css';

const REFRESH_MS = 5_000;
type Page = { items: Broadcast[] };

/** A publisher's own broadcasts, and the way to a new one. */
export function Studio(): ReactElement {
  const { t } = useTranslation();
  const { user } = useAccount();
  useTitle(t('studio.title'));
  if (user === undefined) return <p className="mute">{t('look.loading')}</p>;
  if (user === null || !user.roles.includes('publisher')) return <NoStudio guest={user === null} />;
  return <Own />;
}

/** Why the studio is shut, and the way in. */
export function NoStudio(props: { guest: boolean }): ReactElement {
  const { t } = useTranslation();
  return (
    <Forbidden page text={t(props.guest ? 'studio.signIn' : 'studio.noPublisher')}>
      <Link className="button button-accent" to="/sign-in" state={{ from: '/studio' }}>
        {t('site.signIn')}
      </Link>
    </Forbidden>
  );
}

function Own(): ReactElement {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const keys = useKeys();
  const load = useLoad((signal) => api.get<Page>('/api/broadcasts?mine=1', signal), [], REFRESH_MS);
  return (
    <div className="studio">
      <section className="stack" aria-labelledby="own">
        <h1 id="own">{t('studio.title')}</h1>
        <View load={load} forbidden={load.state === 'forbidden' && <Forbidden error={load.error} />}>
          {({ items }) => <List items={items} />}
        </View>
      </section>
      <CreateForm
        onCreated={(made) => {
          if (made.ingest) keys.keep(made.id, made.ingest);
          navigate(`/studio/${made.id}`);
        }}
      />
    </div>
  );
}

function List(props: { items: Broadcast[] }): ReactElement {
  const { t } = useTranslation();
  if (props.items.length === 0) return <Empty text={t('studio.empty')} />;
  return (
    <ul className="own-list" data-weir-view="ready">
      {props.items.map((one) => (
        <li key={one.id}>
          <Link className="own" to={`/studio/${one.id}`}>
            <span className="own-title">{one.title}</span>
            <span className="mute small">
              {one.number} · {t(`kind.${one.kind}`)}
            </span>
            <StateWord state={one.state} />
            {one.lastRefusal && <FailureMark code={one.lastRefusal.code} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function FailureMark(props: { code: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className="warn small">
      {t(`refusal.${props.code}`, { defaultValue: t('refusal.other', { code: props.code }) })}
    </span>
  );
}
