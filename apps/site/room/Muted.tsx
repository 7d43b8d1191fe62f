import { dateTimeNamed, duration, type RoomView, useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useWhyText } from './labels.ts';

/** In place of the box for whoever may not speak here: until when, and why. */
export function Muted(props: { mute: NonNullable<RoomView['mute']>; leftMs: number }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const why = useWhyText();
  const { until, reason } = props.mute;
  return (
    <div className="composer composer-muted" role="status" data-weir-muted="yes">
      <p className="warn">
        <b>
          {until ? t('chat.muted.until', { time: dateTimeNamed(until, language) }) : t('chat.muted.open')}
        </b>
      </p>
      <p className="small mute">
        {reason && <>{t('chat.muted.why', { why: why(reason) })} · </>}
        {until && (
          <span aria-hidden="true">{t('chat.muted.left', { time: duration(props.leftMs, language) })}</span>
        )}
      </p>
    </div>
  );
}
