import { ActionPanel, bytes, Choices, timeOfDay, useLoad } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api.ts';
import { useWrite } from '../now/panel/useWrite.ts';
import { Words } from '../now/panel/Words.tsx';
import { dayAfter, type Held, type Hold } from './holds/hold.ts';
import { LineField } from './LineField.tsx';
import type { Marks } from './moment.ts';

const REVIEW_DAYS = 90;
const GB = 1e9;
const QUOTAS = ['1', '2', '10', '50'];
type Scope = 'marked' | 'person' | 'broadcast';

/** Holds part of a broadcast for a case, beyond its term: everything, what is marked, or what one person said. */
export function HoldPanel(props: {
  broadcast: string;
  title: string;
  marks: Marks;
  /** Who said the line that the moment has reached; as it was when the panel was opened, since the picture plays on. */
  person: { id: string; nickname: string } | undefined;
  onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast, marks } = props;
  const [person] = useState(props.person);
  const [scope, setScope] = useState<Scope>('marked');
  const [of, setOf] = useState('');
  const [reason, setReason] = useState('');
  const [responsible, setResponsible] = useState('');
  const [reviewOn, setReviewOn] = useState(() => dayAfter(Date.now(), REVIEW_DAYS));
  const [quota, setQuota] = useState('2');
  const held = useLoad((signal) => api.get<Held>('/api/holds', signal), []);
  const what = {
    broadcast,
    ...(scope === 'marked' ? { from: marks.from, to: marks.to } : {}),
    ...(scope === 'person' && person ? { user: person.id } : {}),
  };
  const [write, run] = useWrite<Hold>(
    () =>
      api.post<Hold>('/api/holds', {
        case: of.trim(),
        reason: reason.trim(),
        responsible: responsible.trim(),
        reviewOn,
        what,
        quotaBytes: Number(quota) * GB,
      }),
    () => undefined,
  );
  const placed = write.state === 'done' ? write.answer : undefined;
  const lacks = [of, reason, responsible, reviewOn].some((one) => one.trim() === '');
  const sections = {
    disposition: (
      <Choices
        label={t('console.holds.what')}
        value={scope}
        onChoose={(next) => setScope(next as Scope)}
        choices={[
          {
            value: 'marked',
            label: t('console.holds.place.marked'),
            note: `${timeOfDay(marks.from)} – ${timeOfDay(marks.to)}`,
          },
          ...(person
            ? [{ value: 'person', label: t('console.holds.place.person', { name: person.nickname }) }]
            : []),
          { value: 'broadcast', label: t('console.holds.place.broadcast') },
        ]}
      />
    ),
    evidence: (
      <>
        <LineField label={t('console.holds.case')} value={of} onChange={setOf} />
        <Words
          label={t('console.holds.reason')}
          hint={t('console.holds.noteHint')}
          value={reason}
          onChange={setReason}
        />
        <LineField label={t('console.holds.responsible')} value={responsible} onChange={setResponsible} />
      </>
    ),
    term: (
      <>
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
        <label className="field">
          <span>{t('console.holds.quota')}</span>
          <select className="input" value={quota} onChange={({ target }) => setQuota(target.value)}>
            {QUOTAS.map((one) => (
              <option key={one} value={one}>
                {bytes(Number(one) * GB)}
              </option>
            ))}
          </select>
          {held.state === 'ready' && (
            <small>
              {held.data.totalBytes === null
                ? t('console.holds.used', { size: bytes(held.data.bytes) })
                : t('console.holds.usedOf', {
                    size: bytes(held.data.bytes),
                    total: bytes(held.data.totalBytes),
                  })}
            </small>
          )}
        </label>
      </>
    ),
    effects: <p className="small">{t('console.holds.place.effects')}</p>,
  };
  return (
    <ActionPanel
      title={t('console.holds.place.title')}
      onBack={props.onBack}
      headings={{
        disposition: t('console.holds.what'),
        evidence: t('console.holds.place.why'),
        term: t('console.holds.place.until'),
      }}
      sections={placed ? {} : sections}
      summary={<p className="small">{props.title}</p>}
      confirm={{ label: t('console.holds.place.confirm'), run, disabled: lacks, ...write }}
    >
      {placed && (
        <p className="evidence-held">
          <b>{placed.case}</b> ·{' '}
          {t('console.holds.usedOf', { size: bytes(placed.bytes), total: bytes(placed.quotaBytes) })} ·{' '}
          {t('console.holds.reviewOn', { day: placed.reviewOn })} ·{' '}
          <Link to="/holds">{t('console.holds.title')}</Link>
        </p>
      )}
    </ActionPanel>
  );
}
