import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { timeOfDay } from '../format.ts';
import './states.css';

/** A line above data that is no longer fresh: since when, and how to try again. */
export function Stale(props: { since: number; onRetry?: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <p className="stale warn" role="status" data-weir-view="stale">
      <span aria-hidden="true">▲</span> {t('look.stale', { time: timeOfDay(props.since) })}
      {props.onRetry && (
        <button type="button" className="button button-quiet" onClick={props.onRetry}>
          {t('look.retry')}
        </button>
      )}
    </p>
  );
}
