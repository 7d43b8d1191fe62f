import { ActionButton, type BoundAction, dateTime } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AllowField } from '../items/AllowField.tsx';
import type { Writing } from '../items/answering.ts';
import { Found } from '../items/Found.tsx';
import { ItemDetail, ItemWays } from '../items/ItemDetail.tsx';
import { ContestState } from './ContestState.tsx';
import type { Words } from './Contests.tsx';
import type { Contest } from './contest.ts';

const NOTE_MOST = 500;

/** One contest as whoever answers it needs it: what was written, what was found, and the three answers. */
export function ContestDetail(props: {
  contest: Contest;
  actions: readonly BoundAction[];
  words: Words;
  onWords: (part: Partial<Words>) => void;
  writing: Writing | undefined;
  onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { contest } = props;
  const { hits } = contest;
  return (
    <ItemDetail
      title={t('console.contests.one')}
      state={<ContestState contest={contest} />}
      about={
        <>
          {contest.user.nickname} · {dateTime(contest.at)} ·{' '}
          <Link to={`/b/${contest.room}`}>{t('console.contests.room')}</Link>
        </>
      }
      written={contest}
      onBack={props.onBack}
    >
      <h3>{t('console.contests.found')}</h3>
      {hits.length === 0 ? (
        <p className="mute">
          {t('console.contests.byPerson', {
            why: contest.category
              ? t(`violation.${contest.category}`, { defaultValue: contest.category })
              : '–',
          })}
        </p>
      ) : (
        <Found hits={hits} />
      )}
      {contest.state === 'open' ? <Ways {...props} /> : <Answered contest={contest} />}
    </ItemDetail>
  );
}

function Ways(props: Parameters<typeof ContestDetail>[0]): ReactElement {
  const { t } = useTranslation();
  const { actions, words, onWords, writing, contest } = props;
  const isWriting = writing !== undefined && writing.failed === undefined;
  return (
    <>
      <h3>{t('console.contests.answer')}</h3>
      <label className="field">
        <span>{t('console.contests.note')}</span>
        <input
          className="input"
          maxLength={NOTE_MOST}
          value={words.note}
          onChange={(event) => onWords({ note: event.target.value })}
        />
        <small>{t('console.contests.noteHint')}</small>
      </label>
      {contest.hits.length > 0 && <AllowField value={words.allow} onChange={(allow) => onWords({ allow })} />}
      <ItemWays writing={isWriting} failed={writing?.failed}>
        <ActionButton actions={actions} id="contests.overturn" />
        {contest.hits.length > 0 && <ActionButton actions={actions} id="contests.allow" tone="accent" />}
        <ActionButton actions={actions} id="contests.stand" />
      </ItemWays>
    </>
  );
}

function Answered(props: { contest: Contest }): ReactElement {
  const { t } = useTranslation();
  const { answeredAt, answeredBy, allow } = props.contest;
  return (
    <p>
      {answeredAt && (
        <span className="mute small">
          {dateTime(answeredAt)} · {answeredBy?.nickname}
        </span>
      )}
      {allow && <span className="ok"> {t('console.contests.allowed', { term: allow })}</span>}
    </p>
  );
}
