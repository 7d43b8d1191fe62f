import type { Language } from '@weir/look/format.ts';
import type { Catalogue } from '@weir/look/i18n/start.ts';

/** Every text of the console in one language: a file that comes beside the script, not in it. */
export async function loadTexts(language: Language): Promise<Catalogue> {
  const { texts } = await (language === 'en' ? import('./all/en.ts') : import('./all/zh-CN.ts'));
  return texts;
}
