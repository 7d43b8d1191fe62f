import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNews } from '../account/news.tsx';

const GLYPHS = { answered: '●', waiting: '◔' } as const;

/**
 * What the header says of one's own titles and nicknames, beside one's name: an answer that was not seen before what
 * still waits. On a phone the glyph alone is seen; the words are heard.
 */
export function NewsMark(): ReactElement | null {
  const { t } = useTranslation();
  const { waiting, answered } = useNews().news;
  const kind = answered > 0 ? 'answered' : waiting > 0 ? 'waiting' : undefined;
  if (!kind) return null;
  return (
    <span className="header-news small info" data-weir-news={kind}>
      <span aria-hidden="true">{GLYPHS[kind]}</span> <b>{t(`site.news.${kind}`)}</b>
      <span className="only-heard">{t('site.news.names', { n: answered || waiting })}</span>
    </span>
  );
}
