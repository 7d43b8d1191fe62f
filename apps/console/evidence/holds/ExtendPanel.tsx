import { ActionPanel } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import { Words } from '../../now/panel/Words.tsx';
import { dayAfter, type Hold } from './hold.ts';

/** A review comes at the latest so long after today, where nobody says otherwise. */
const REVIEW_DAYS = 90;

/** Keeps a hold on: another day on which somebody looks again, and why. */
export function ExtendPanel(props: {
  hold: Hold;
  onBack: () => void;
  onDone: (hold: Hold) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { hold } = props;
  const [reviewOn, setReviewOn] = useState(() => dayAfter(Date.now(), REVIEW_DAYS));
  const [note, setNote] = useState('');
  const [write, run] = useWrite<Hold>(
    async () => {
      const next = await api.post<Hold>(`/api/holds/${hold.id}/review`, { reviewOn, note: note.trim() });
      props.onDone(next);
      return next;
    },
    () => undefined,
  );
  return (
    <ActionPanel
      title={t('console.holds.extend.title')}
      onBack={props.onBack}
      headings={{ evidence: t('console.holds.extend.note') }}
      sections={{
        term: (
          <label className="field">
            <span>{t('console.holds.review')}</span>
            <input
              className="input"
              type="date"
              required
              value={reviewOn}
              onChange={({ target }) => setReviewOn(target.value)}
            />
          </label>
        ),
        evidence: (
          <Words
            label={t('console.holds.extend.why')}
            hint={t('console.holds.noteHint')}
            value={note}
            onChange={setNote}
          />
        ),
      }}
      summary={
        <p className="small">
          {hold.case} · {t('console.holds.reviewOn', { day: hold.reviewOn })}
        </p>
      }
      confirm={{
        label: t('console.holds.action.extend'),
        run,
        disabled: reviewOn === '' || note.trim() === '',
        ...write,
      }}
    />
  );
}
