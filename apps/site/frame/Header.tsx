import { Icon } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { NewsMark } from './NewsMark.tsx';
import { Preferences } from './Preferences.tsx';
import { useSite } from './site.tsx';

/** Name, ways, language and theme, and who one is. */
export function Header(): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  const { user } = useAccount();
  const [pathname] = useLocation();
  return (
    <header className="header">
      <Link to="/" className="header-name">
        {site?.providerName ?? t('site.name')}
      </Link>
      <nav className="header-ways" aria-label={t('site.ways')}>
        {user?.roles.includes('publisher') && <Way to="/studio">{t('site.studio')}</Way>}
        {site?.demo && <Way to="/demo">{t('site.demo')}</Way>}
        {user && (user.roles.includes('reviewer') || user.roles.includes('admin')) && (
          <a href="/console">{t('site.console')}</a>
        )}
      </nav>
      <Preferences />
      {user ? (
        <Link className="button button-quiet header-person" to="/me" title={t('me.title')}>
          <Icon name="person" />
          <span className="only-heard">{t('me.title')}</span>
          <span className="header-nickname">{user.nickname}</span>
          <NewsMark />
        </Link>
      ) : (
        <Link className="button button-quiet" to="/sign-in" state={{ from: pathname }}>
          {t('site.signIn')}
        </Link>
      )}
    </header>
  );
}

/** A main page, marked where one is on it or below it. */
function Way(props: { to: string; children: string }): ReactElement {
  const { to, children } = props;
  const [pathname] = useLocation();
  const here = pathname === to || pathname.startsWith(`${to}/`);
  return (
    <Link to={to} {...(here ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </Link>
  );
}
