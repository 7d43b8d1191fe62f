import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Instant, timeOfDay } from '../format.ts';
import './states.css';

/** Something took effect, and when: never said before the service said so. */
export function Done(props: { at: Instant; children?: ReactNode }): ReactElement {
  const { t } = useTranslation();
  return (
    <p className="done ok" role="status" data-weir-view="done">
      <span aria-hidden="true">✓</span> {props.children ?? t('look.done', { time: timeOfDay(props.at) })}
    </p>
  );
}
