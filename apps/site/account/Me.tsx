import { dateTime, Empty, FailureLine, Forbidden, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useTitle } from '../frame/title.ts';
import { useWhyText } from '../room/labels.ts';
import { NameState } from './NameState.tsx';
import './me.css';
import { type OwnName, useOwnNames } from './ownNames.ts';
import { type User, useAccount } from './session.tsx';

/** One's own account: who one is here, and which titles and nicknames wait for a person or were refused. */
export function Me(): ReactElement {
  const { t } = useTranslation();
  const { user } = useAccount();
  useTitle(t('me.title'));
  if (user === undefined) return <p className="mute">{t('look.loading')}</p>;
  if (user === null)
    return (
      <Forbidden page text={t('me.signIn')}>
        <Link className="button button-accent" to="/sign-in" state={{ from: '/me' }}>
          {t('site.signIn')}
        </Link>
      </Forbidden>
    );
  return <Account user={user} />;
}

const all = (): boolean => true;

function Account(props: { user: User }): ReactElement {
  const { t } = useTranslation();
  const { signOut } = useAccount();
  const { load, contest, failed, isFresh } = useOwnNames(all);
  return (
    <div className="me stack">
      <div className="me-head">
        <h1>{props.user.nickname}</h1>
        <button type="button" className="button" onClick={() => void signOut().catch(() => undefined)}>
          {t('site.signOut')}
        </button>
      </div>
      <section className="stack" aria-labelledby="me-names">
        <h2 id="me-names">{t('ownNames.title')}</h2>
        {failed !== undefined && <FailureLine error={failed} />}
        <View load={load}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty text={t('ownNames.empty')} />
            ) : (
              <ul className="me-names" data-weir-view="ready">
                {items.map((one) => (
                  <Name key={one.id} name={one} fresh={isFresh(one)} onContest={contest} />
                ))}
              </ul>
            )
          }
        </View>
      </section>
    </div>
  );
}

function Name(props: { name: OwnName; fresh: boolean; onContest(id: string): void }): ReactElement {
  const { t } = useTranslation();
  const why = useWhyText();
  const { of, subject, text, at, category, reason, state } = props.name;
  return (
    <li className="panel">
      <p className="mute small">
        {of === 'title' ? (
          <Link to={`/studio/${subject}`}>{t('ownNames.of.title')}</Link>
        ) : (
          t('ownNames.of.nickname')
        )}
        {' · '}
        <time dateTime={at}>{dateTime(at)}</time>
        {props.fresh && (
          <>
            {' · '}
            <b className="info" data-weir-fresh>
              <span aria-hidden="true">●</span> {t('ownNames.fresh')}
            </b>
          </>
        )}
      </p>
      <p className="me-text">{text ?? <span className="mute">{t('ownNames.gone')}</span>}</p>
      <NameState name={props.name} onContest={props.onContest}>
        {t(`ownNames.state.${state}`, { why: why(reason ?? category) })}
      </NameState>
    </li>
  );
}
