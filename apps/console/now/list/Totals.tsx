import { type Broadcast, count, type Language } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** How much is live, in one line. */
export function Totals(props: { broadcasts: readonly Broadcast[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const viewers = props.broadcasts.reduce((sum, one) => sum + one.viewers, 0);
  return (
    <span className="mute">
      {t('console.now.shown', {
        shown: props.broadcasts.length,
        viewers: count(viewers, i18n.language as Language),
      })}
    </span>
  );
}
