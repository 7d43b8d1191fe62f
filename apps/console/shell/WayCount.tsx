import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const MOST = 99;

/** Beside the way to a page: how much waits there. Nothing where nothing does. */
export function WayCount(props: { n: number | undefined }): ReactElement | null {
  const { t } = useTranslation();
  const { n = 0 } = props;
  if (n === 0) return null;
  return (
    <span className="shell-count warn small" data-weir-waiting={n}>
      <span aria-hidden="true">◆</span> {n > MOST ? `${MOST}+` : n}
      <span className="only-heard">{t('console.way.waiting')}</span>
    </span>
  );
}
