import {
  chooseLanguage,
  chooseTheme,
  Dialog,
  Icon,
  type ThemeChoice,
  themeChoice,
  useLanguage,
  useScope,
} from '@weir/look';
import { type ReactElement, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** Language and appearance of the page. */
export function Preferences(): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const scope = useScope();
  const [open, setOpen] = useState(false);
  const [theme, setTheme] = useState(themeChoice);
  const names = [useId(), useId()];
  return (
    <>
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label={t('site.preferences')}
        data-weir-preferences
        onClick={() => setOpen(true)}
      >
        <Icon name="theme" />
      </button>
      {open && (
        <Dialog title={t('site.preferences')} narrow onClose={() => setOpen(false)}>
          <fieldset className="segments">
            <legend>{t('look.language.title')}</legend>
            {(['zh-CN', 'en'] as const).map((one) => (
              <label key={one} className="segment">
                <input
                  type="radio"
                  name={names[0]}
                  checked={language === one}
                  onChange={() => void chooseLanguage(one)}
                />
                {t(`look.language.${one}`)}
              </label>
            ))}
          </fieldset>
          <fieldset className="segments">
            <legend>{t('look.theme.title')}</legend>
            {THEMES.map((one) => (
              <label key={one} className="segment">
                <input
                  type="radio"
                  name={names[1]}
                  checked={theme === one}
                  onChange={() => {
                    chooseTheme(one);
                    setTheme(one);
                  }}
                />
                {t(`look.theme.${one}`)}
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            className="button"
            onClick={() => {
              setOpen(false);
              scope.open('help');
            }}
          >
            {t('look.keys.title')}
          </button>
        </Dialog>
      )}
    </>
  );
}
