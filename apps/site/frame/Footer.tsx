import { SimulatedMark } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useSite } from './site.tsx';

/** Who provides the site, with the numbers that must be shown. */
export function Footer(): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  return (
    <footer className="footer">
      <span>{site?.providerName ?? t('site.name')}</span>
      {site?.icp && <span>{site.icp}</span>}
      {site?.hotline && <span>{t('site.hotline', { number: site.hotline })}</span>}
      <span>{t('site.zone')}</span>
      {site?.simulated && <SimulatedMark />}
    </footer>
  );
}
