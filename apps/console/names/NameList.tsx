import { timeShort } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ItemList } from '../items/ItemList.tsx';
import { Written } from '../items/Written.tsx';
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

/** Titles and nicknames, those that wait longest first. */
export function NameList(props: {
  items: readonly HeldName[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <ItemList {...props}>
      {(one) => (
        <>
          <span className="small contests-line">
            <NameState state={one.state} />
            <span className="mute">
              {t(`console.names.of.${one.of}`)} ·{' '}
              {one.category && `${t(`violation.${one.category}`, { defaultValue: one.category })} · `}
              {one.owner.nickname} · {timeShort(one.at)}
            </span>
          </span>
          <span className="contests-text">
            <Written {...one} />
          </span>
        </>
      )}
    </ItemList>
  );
}
