import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** At the end of a list that goes on: how much of it is shown, and the way to more. */
export function More(props: { shown: number; more: (() => void) | undefined }): ReactElement | null {
  const { t } = useTranslation();
  const { shown, more } = props;
  if (!more) return null;
  return (
    <p className="more">
      <span className="mute small" role="status">
        {t('console.more.shown', { n: shown })}
      </span>{' '}
      <button type="button" className="button" data-weir-more="yes" onClick={more}>
        {t('console.more.more')}
      </button>
    </p>
  );
}
