import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Says on every page that this service's clock is moved by order: what it shows is a trial. */
export function SimulatedMark(): ReactElement {
  const { t } = useTranslation();
  return (
    <span className="chip warn" data-weir-simulated="">
      <span aria-hidden="true">◷</span> {t('look.simulated')}
    </span>
  );
}
