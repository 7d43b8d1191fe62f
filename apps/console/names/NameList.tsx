import { timeShort } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { MarkedText } from '../now/talk/MarkedText.tsx';
import { useInSight } from '../shell/useInSight.ts';
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

/** What was written, with what was found marked; or that it is no longer kept. */
export function TextOf(props: { name: HeldName }): ReactElement {
  const { t } = useTranslation();
  const { text, hits } = props.name;
  return text === null ? (
    <span className="mute">{t('console.contests.gone')}</span>
  ) : (
    <MarkedText text={text} hits={hits} />
  );
}

/** Titles and nicknames, those that wait longest first. */
export function NameList(props: {
  items: readonly HeldName[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  useInSight('contests-items', props.chosen);
  return (
    <ul className="contests-items">
      {props.items.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className="contests-item"
            aria-current={one.id === props.chosen}
            onClick={() => props.onChoose(one.id)}
          >
            <span className="small contests-line">
              <NameState state={one.state} />
              <span className="mute">
                {t(`console.names.of.${one.of}`)} ·{' '}
                {one.category && `${t(`violation.${one.category}`, { defaultValue: one.category })} · `}
                {one.owner.nickname} · {timeShort(one.at)}
              </span>
            </span>
            <span className="contests-text">
              <TextOf name={one} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
