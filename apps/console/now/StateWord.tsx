import type { Broadcast, BroadcastState } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const LOOK: Readonly<Record<BroadcastState, readonly [glyph: string, tone: string]>> = {
  created: ['○', 'mute'],
  live: ['●', 'ok'],
  interrupted: ['▲', 'warn'],
  ended: ['□', 'mute'],
  cut: ['■', 'danger'],
};

/** A broadcast's state as word, glyph and colour, never colour alone. */
export function StateWord(props: { broadcast: Pick<Broadcast, 'state'> }): ReactElement {
  const { t } = useTranslation();
  const [glyph, tone] = LOOK[props.broadcast.state];
  return (
    <span className={`${tone} state-word`}>
      <span aria-hidden="true">{glyph}</span> {t(`broadcastState.${props.broadcast.state}`)}
    </span>
  );
}
