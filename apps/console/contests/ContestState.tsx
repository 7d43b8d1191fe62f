import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
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
