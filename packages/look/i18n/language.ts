import { useTranslation } from 'react-i18next';
import type { Language } from '../format.ts';

/** The language the page speaks now, for `format.ts`. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'zh-CN';
}
