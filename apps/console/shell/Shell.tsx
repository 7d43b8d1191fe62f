import { chooseLanguage, chooseTheme, KeyCap, type Session, shownTheme, useScope } from '@weir/look';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

/** The frame around every page: who is here, language, appearance, keys. */
export function Shell(props: {
  user: Session['user'];
  onSignedOut: () => void;
  children: ReactNode;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const scope = useScope();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  const theme = shownTheme() === 'dark' ? 'light' : 'dark';
  const leave = async (): Promise<void> => {
    await api.delete('/api/session');
    props.onSignedOut();
  };
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('console.skip')}
      </a>
      <header className="shell-head">
        <strong>{t('console.name')}</strong>
        <a href="/">{t('console.site')}</a>
        <span className="shell-space" />
        <button type="button" className="button button-quiet shell-keys" onClick={() => scope.open('help')}>
          {t('console.keys')} <KeyCap chord="Shift+Slash" />
        </button>
        <button type="button" className="button button-quiet" onClick={() => chooseTheme(theme)}>
          {t(`look.theme.${theme}`)}
        </button>
        <button
          type="button"
          className="button button-quiet"
          lang={other}
          onClick={() => void chooseLanguage(other)}
        >
          {t(`look.language.${other}`)}
        </button>
        <span className="mute shell-user">{props.user.nickname}</span>
        <button type="button" className="button button-quiet" onClick={() => void leave()}>
          {t('console.signOut')}
        </button>
      </header>
      <main id="content" className="shell-main">
        {props.children}
      </main>
    </div>
  );
}
