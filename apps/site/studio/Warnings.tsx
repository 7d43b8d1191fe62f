import { type Broadcast, timeOfDay } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useReasonText } from '../room/labels.ts';

/** What the publisher must know now: cut off, interrupted, refused encoder, rehearsal, a closed gate. */
export function Warnings(props: { broadcast: Broadcast }): ReactElement | null {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const { state, lastRefusal, rehearsal, cut, gate } = props.broadcast;
  const lines: [tone: string, text: string][] = [];
  if (state === 'cut')
    lines.push(['danger', t('studio.alert.cut', { reason: reasonText(cut?.reason ?? 'other') })]);
  if (state === 'interrupted') lines.push(['warn', t('studio.alert.interrupted')]);
  if (rehearsal) lines.push(['info', t('studio.alert.rehearsal')]);
  else if (gate.media.mode === 'closed' && state === 'live') lines.push(['danger', t('studio.alert.closed')]);
  if (lastRefusal && state !== 'cut') {
    const { code, at } = lastRefusal;
    const why = t(`refusal.${code}`, { defaultValue: t('refusal.other', { code }) });
    lines.push(['warn', t('studio.alert.refused', { time: timeOfDay(at), why })]);
  }
  if (lines.length === 0) return null;
  return (
    <div className="alerts" role="status">
      {lines.map(([tone, text]) => (
        <p key={text} className={tone}>
          <span aria-hidden="true">{tone === 'info' ? '◔' : '▲'}</span> {text}
        </p>
      ))}
    </div>
  );
}
