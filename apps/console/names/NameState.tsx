import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { HeldName } from './name.ts';

const MARKS = {
  held: ['◆', 'warn'],
  contested: ['◆', 'warn'],
  refused: ['■', 'mute'],
  stands: ['■', 'mute'],
  released: ['●', 'ok'],
  withdrawn: ['○', 'mute'],
} as const;

/** How a name stands: word, glyph and colour. */
export function NameState(props: { state: HeldName['state'] }): ReactElement {
  const { t } = useTranslation();
  const [glyph, tone] = MARKS[props.state];
  return (
    <b className={`small ${tone}`} data-weir-name={props.state}>
      <span aria-hidden="true">{glyph}</span> {t(`console.names.state.${props.state}`)}
    </b>
  );
}
