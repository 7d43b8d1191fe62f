import { Empty } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

/** An address that leads nowhere. */
export function NotFound(): ReactElement {
  const { t } = useTranslation();
  return (
    <Empty page text={t('site.notFound')}>
      <Link className="button" to="/">
        {t('site.toLobby')}
      </Link>
    </Empty>
  );
}
