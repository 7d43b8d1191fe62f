import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../format.ts';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

const STORE = 'weir.language';

/** A text catalogue: nested objects of texts with `{{values}}`. */
export type Catalogue = { readonly [key: string]: string | Catalogue };

/** What this browser was told, else the first of its languages that Weir speaks, else Chinese. */
export function preferredLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(STORE);
  } catch {
    // Nothing is kept in this browser.
  }
  if (kept === 'en' || kept === 'zh-CN') return kept;
  for (const language of navigator.languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'zh-CN';
}

/**
 * Starts the texts of a web app: the shared catalogue and the app's own, in both languages.
 * @example await startTexts({ 'zh-CN': siteZh, en: siteEn });
 */
export async function startTexts(own: Record<Language, Catalogue>): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: preferredLanguage(),
    fallbackLng: 'zh-CN',
    supportedLngs: ['zh-CN', 'en'],
    resources: {
      'zh-CN': { translation: { ...zhCN, ...own['zh-CN'] } },
      en: { translation: { ...en, ...own.en } },
    },
    // Codes of servers may carry colons.
    nsSeparator: false,
    // React escapes.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = i18next.language;
}

/** Changes the language of the page and keeps the choice in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // The choice holds until the page is left.
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
