import {
  chooseLanguage,
  chooseTheme,
  Icon,
  KeyCap,
  onTheme,
  type Session,
  SimulatedMark,
  type SiteInfo,
  shownTheme,
  useLoad,
  useScope,
} from '@weir/look';
import { type ReactElement, type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation } from 'react-router';
import { api } from '../api.ts';
import { BackupLine } from './BackupLine.tsx';
import { CapacityLine } from './CapacityLine.tsx';
import { ClosedLine } from './ClosedLine.tsx';
import { useWaiting } from './useWaiting.ts';
import { WayCount } from './WayCount.tsx';

/** Roles that say what somebody may do here. */
const STAFF: readonly string[] = ['reviewer', 'lexicon', 'admin'];

/** The pages of the console; everything that is not another belongs to what is live now. */
const WAYS = ['names', 'contests', 'floods', 'lexicon', 'holds'] as const;

/** The frame around every page: who is here, language, appearance, keys. */
export function Shell(props: {
  user: Session['user'];
  onSignedOut: () => void;
  children: ReactNode;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const scope = useScope();
  const site = useLoad((signal) => api.get<SiteInfo>('/api/site', signal), []);
  const waiting = useWaiting();
  const isAdmin = props.user.roles.includes('admin');
  const { pathname } = useLocation();
  const elsewhere = WAYS.some((way) => pathname.startsWith(`/${way}`));
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  const theme = useSyncExternalStore(onTheme, shownTheme) === 'dark' ? 'light' : 'dark';
  const leave = async (): Promise<void> => {
    await api.delete('/api/session').catch(() => undefined);
    props.onSignedOut();
  };
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('console.skip')}
      </a>
      <header className="shell-head">
        <h1 className="shell-name">
          <Link to="/">{t('console.name')}</Link>
        </h1>
        <nav className="shell-ways" aria-label={t('console.ways')}>
          <Link to="/" {...(elsewhere ? {} : { 'aria-current': 'page' as const })}>
            {t('console.way.now')}
          </Link>
          {WAYS.filter((way) => way !== 'holds' || scope.may('admin')).map((way) => (
            <NavLink key={way} to={`/${way}`}>
              {t(`console.way.${way}`)}
              {(way === 'names' || way === 'contests') && <WayCount n={waiting?.[way]} />}
            </NavLink>
          ))}
          {site.state === 'ready' && site.data.simulated && <SimulatedMark />}
        </nav>
        <span className="shell-space" />
        <a className="shell-link" href="/">
          {t('console.site')}
        </a>
        <button
          type="button"
          className="button button-quiet shell-keys"
          onClick={() => scope.open('palette')}
        >
          {t('look.palette.title')} <KeyCap chord="Mod+KeyK" />
        </button>
        <button type="button" className="button button-quiet shell-keys" onClick={() => scope.open('help')}>
          {t('console.keys')} <KeyCap chord="Shift+Slash" />
        </button>
        <button
          type="button"
          className="button button-quiet"
          aria-label={t(`look.theme.${theme}`)}
          onClick={() => chooseTheme(theme)}
        >
          <Icon name="theme" size={16} />
          <span className="shell-word">{t(`look.theme.${theme}`)}</span>
        </button>
        <button
          type="button"
          className="button button-quiet"
          lang={other}
          onClick={() => void chooseLanguage(other)}
        >
          {t(`look.language.${other}`)}
        </button>
        <span className="mute shell-user">
          {props.user.nickname} ·{' '}
          {props.user.roles
            .filter((role) => STAFF.includes(role))
            .map((role) => t(`role.${role}`, { defaultValue: role }))
            .join(' ')}
        </span>
        <button type="button" className="button button-quiet" onClick={() => void leave()}>
          {t('console.signOut')}
        </button>
      </header>
      {props.user.roles.some((role) => STAFF.includes(role)) && <ClosedLine mayOpen={isAdmin} />}
      <CapacityLine />
      <main id="content" className="shell-main" tabIndex={-1}>
        {props.children}
      </main>
      {isAdmin && <BackupLine />}
    </div>
  );
}
