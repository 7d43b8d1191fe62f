import { type Line, timeShort } from '@weir/look';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const TONES = { sending: 'mute', shown: 'ok', held: 'info', refused: 'warn', lost: 'warn' } as const;

/** One message; one's own with how far it is and, where it was refused, why. */
export const ChatLine = memo(function ChatLine(props: { line: Line }): ReactElement {
  const { t } = useTranslation();
  const { line } = props;
  const { own } = line;
  const reason =
    own?.state === 'lost'
      ? t('refused.lost')
      : own?.code
        ? t(`refused.${own.code}`, { defaultValue: own.code })
        : '';
  return (
    <p className={`line ${own ? `line-own line-${own.state}` : ''}`} data-weir-message={own?.state}>
      <time className="line-time" dateTime={line.ts}>
        {timeShort(line.ts)}
      </time>{' '}
      <span className="mute">{own ? t('chat.me') : line.user.nickname}</span> {line.text}{' '}
      {own && (
        <span className={`line-state ${TONES[own.state]}`}>
          {t(`chat.own.${own.state}`)}
          {reason && <> · {reason}</>}
        </span>
      )}
    </p>
  );
});
