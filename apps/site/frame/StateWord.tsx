import type { Broadcast } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const TONES = { created: 'mute', live: 'ok', interrupted: 'warn', ended: 'mute', cut: 'danger' } as const;
const GLYPHS = { created: '○', live: '●', interrupted: '▲', ended: '○', cut: '■' } as const;

/** A broadcast's state as word, glyph and colour. */
export function StateWord(props: { state: Broadcast['state'] }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className={`state-word ${TONES[props.state]}`}>
      <span aria-hidden="true">{GLYPHS[props.state]}</span> {t(`broadcastState.${props.state}`)}
    </span>
  );
}
