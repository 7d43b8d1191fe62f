import { timeShort } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Tells somebody who was taken for a flood machine that nobody else saw what they said: since when, how much, and what to do. */
export function Alone(props: { count: number; since: string; onRead: () => void }): ReactElement {
  const { t } = useTranslation();
  const { count, since } = props;
  return (
    <div className="chat-alone" role="alert" data-weir-notice="flood_machine">
      <p className="small">
        <b className="warn">
          <span aria-hidden="true">■</span> {t('chat.alone.title', { n: count })}
        </b>{' '}
        {t('chat.alone.why', { time: timeShort(since) })}
      </p>
      <button type="button" className="button button-quiet small" onClick={props.onRead}>
        {t('chat.alone.read')}
      </button>
    </div>
  );
}
