import { timeShort } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { MarkedText } from '../now/talk/MarkedText.tsx';
import { useInSight } from '../shell/useInSight.ts';
import type { Contest } from './contest.ts';

const MARKS = { open: ['◆', 'warn'], stands: ['■', 'mute'], overturned: ['○', 'ok'] } as const;

/** How a contest stands: word, glyph and colour. */
export function ContestState(props: { contest: Contest }): ReactElement {
  const { t } = useTranslation();
  const { state, kind } = props.contest;
  const [glyph, tone] = MARKS[state];
  return (
    <b className={`small ${tone}`}>
      <span aria-hidden="true">{glyph}</span>{' '}
      {t(state === 'open' ? `console.contests.kind.${kind}` : `console.contests.outcome.${state}`)}
    </b>
  );
}

/** What was written, with what was found marked; or that it is no longer kept. */
export function TextOf(props: { contest: Contest }): ReactElement {
  const { t } = useTranslation();
  const { text, hits } = props.contest;
  return text === null ? (
    <span className="mute">{t('console.contests.gone')}</span>
  ) : (
    <MarkedText text={text} hits={hits} />
  );
}

/** Contests, who waits longest first. */
export function ContestList(props: {
  items: readonly Contest[];
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
              <ContestState contest={one} />
              <span className="mute">
                {one.category && t(`violation.${one.category}`, { defaultValue: one.category })} ·{' '}
                {one.user.nickname} · {timeShort(one.at)}
              </span>
            </span>
            <span className="contests-text">
              <TextOf contest={one} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
