import { dateTimeNamed, duration, type Muted as MutedOf, useErrorText, useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useWhyText } from './labels.ts';

/** In place of the box for whoever may not speak here: until when, and why. */
export function Muted(props: {
  mute: MutedOf;
  leftMs: number;
  onContest: (id: string) => void;
  onTry: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const why = useWhyText();
  const errorText = useErrorText();
  const { until, reason, id, contest } = props.mute;
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
      <p className="muted-ways" data-weir-contest={contest?.state}>
        {contest?.state === 'failed' && <span className="danger small">{errorText(contest.error)} </span>}
        {id !== undefined && (contest === undefined || contest.state === 'failed') && (
          <button type="button" className="line-way" onClick={() => props.onContest(id)}>
            {t('chat.contest.ask')}
          </button>
        )}
        {contest && contest.state !== 'failed' && (
          <span className="info small">{t(`chat.contest.${contest.state}`)}</span>
        )}
        <button type="button" className="line-way" onClick={props.onTry}>
          {t('chat.muted.try')}
        </button>
      </p>
    </div>
  );
}
