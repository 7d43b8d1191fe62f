import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../format.ts';
import { keepLanguage, preferredLanguage } from './preferred.ts';

/** A text catalogue: nested objects of texts with `{{values}}`. */
export type Catalogue = { readonly [key: string]: string | Catalogue };

/** Gives a web app's whole catalogue in a language, the shared texts among them. */
export type LoadTexts = (language: Language) => Promise<Catalogue>;

const NAMESPACE = 'translation';
let load: LoadTexts | undefined;

/**
 * Starts the texts of a web app in the preferred language alone; another comes when it is chosen.
 * @example await startTexts(async (language) => (await import(`./all/${language}.ts`)).texts);
 */
export async function startTexts(from: LoadTexts): Promise<void> {
  load = from;
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    supportedLngs: ['zh-CN', 'en'],
    resources: { [language]: { [NAMESPACE]: await from(language) } },
    // Codes of servers may carry colons.
    nsSeparator: false,
    // React escapes.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = i18next.language;
}

/**
 * Changes the language of the page and keeps the choice in this browser; where the texts cannot be had the page stays
 * as it is.
 */
export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, NAMESPACE)) {
    const texts = await load?.(language).catch(() => undefined);
    if (!texts) return;
    i18next.addResourceBundle(language, NAMESPACE, texts);
  }
  keepLanguage(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
