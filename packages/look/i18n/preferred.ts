import type { Language } from '../format.ts';

const STORE = 'weir.language';

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

/** Keeps a choice in this browser. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // The choice holds until the page is left.
  }
}
