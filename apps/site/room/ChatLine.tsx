import { type Line, type Own, timeShort, useErrorText } from '@weir/look';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const TONES = { sending: 'mute', shown: 'ok', held: 'info', refused: 'warn', lost: 'warn' } as const;

/** What a sender can do about one's own line. */
export type LineWays = {
  /** Words for a category or a public reason. */
  why: (code: string) => string;
  contest: (line: Line) => void;
  sayAgain: (line: Line) => void;
  /** Opens what a moderator may do about whoever said it; undefined for everybody else. */
  person: ((line: Line) => void) | undefined;
};

/** One message; under one's own how far it is and, where it was refused, why and the way to a person. */
export const ChatLine = memo(function ChatLine(props: { line: Line; ways: LineWays }): ReactElement {
  const { t } = useTranslation();
  const { line, ways } = props;
  const { own } = line;
  return (
    <div className={`line ${own ? `line-own line-${own.state}` : ''}`} data-weir-message={own?.state}>
      <p>
        <time className="line-time" dateTime={line.ts}>
          {timeShort(line.ts)}
        </time>{' '}
        {ways.person && !own ? (
          <button
            type="button"
            className="line-way line-person"
            aria-label={t('moderate.person', { name: line.user.nickname })}
            onClick={() => ways.person?.(line)}
          >
            {line.user.nickname}
          </button>
        ) : (
          <span className="mute">{own ? t('chat.me') : line.user.nickname}</span>
        )}{' '}
        {line.text}
      </p>
      {own && <StateOf line={line} own={own} ways={ways} />}
    </div>
  );
});

/** The row under one's own message is there from the first moment, so that nothing moves when its words change. */
function StateOf(props: { line: Line; own: Own; ways: LineWays }): ReactElement {
  const { t } = useTranslation();
  const { line, own, ways } = props;
  const why =
    own.state === 'lost'
      ? t('refused.lost')
      : own.category
        ? ways.why(own.category)
        : own.code
          ? t(`refused.${own.code}`, { defaultValue: own.code })
          : '';
  const mayContest = own.state === 'refused' && own.code === 'content' && line.id !== undefined;
  return (
    <p className="line-state" data-weir-contest={own.contest?.state}>
      <span className={TONES[own.state]}>
        {t(`chat.own.${own.state}`)}
        {why && <> · {why}</>}
      </span>
      {own.contest ? (
        <ContestOf line={line} own={own} ways={ways} />
      ) : (
        mayContest && (
          <button type="button" className="line-way" onClick={() => ways.contest(line)}>
            {t('chat.contest.ask')}
          </button>
        )
      )}
    </p>
  );
}

function ContestOf(props: { line: Line; own: Own; ways: LineWays }): ReactElement | null {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { line, ways } = props;
  const { contest } = props.own;
  switch (contest?.state) {
    case 'asking':
    case 'open':
      return <span className="info"> · {t(`chat.contest.${contest.state}`)}</span>;
    case 'stands':
    case 'overturned':
      return (
        <>
          <span className={contest.state === 'overturned' ? 'ok' : 'mute'}>
            {' '}
            · {t(`chat.contest.${contest.state}`)}
            {contest.note && <> · {contest.note}</>}
          </span>
          {contest.state === 'overturned' && (
            <button type="button" className="line-way" onClick={() => ways.sayAgain(line)}>
              {t('chat.contest.again')}
            </button>
          )}
        </>
      );
    case 'failed':
      return (
        <>
          <span className="danger"> · {errorText(contest.error)}</span>
          <button type="button" className="line-way" onClick={() => ways.contest(line)}>
            {t('look.retry')}
          </button>
        </>
      );
    case undefined:
      return null;
  }
}
