import { timeShort } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ItemList } from '../items/ItemList.tsx';
import { Written } from '../items/Written.tsx';
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

/** Contests, who waits longest first. */
export function ContestList(props: {
  items: readonly Contest[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <ItemList {...props}>
      {(one) => (
        <>
          <span className="small contests-line">
            <ContestState contest={one} />
            <span className="mute">
              {one.category && t(`violation.${one.category}`, { defaultValue: one.category })} ·{' '}
              {one.user.nickname} · {timeShort(one.at)}
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
