import {
  ActionPanel,
  type Broadcast,
  type Certificate,
  Choices,
  count,
  type Labelled,
  type Language,
  useLoad,
  View,
} from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { CertificateView } from './CertificateView.tsx';
import { useWrite } from './useWrite.ts';

/** Preselected where no signal names a better one: `X`, then `Enter`, must be enough. */
const DEFAULT_REASON = 'other';

/** The cut-off in two keys. Focus stands on confirm, so that Enter is the browser's own. */
export function CutPanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Language;
  const { broadcast } = props;
  const [reason, setReason] = useState(DEFAULT_REASON);
  const [facts, setFacts] = useState('');
  const [note, setNote] = useState('');
  const confirm = useRef<HTMLButtonElement>(null);
  const reasons = useLoad((signal) => api.get<{ items: Labelled[] }>('/api/reasons', signal), []);
  const [write, run] = useWrite<Certificate>(
    () =>
      api.post(`/api/broadcasts/${broadcast.id}/cut-off`, {
        reason,
        ...(facts ? { facts } : {}),
        ...(note ? { note } : {}),
      }),
    props.onDone,
  );
  useEffect(() => confirm.current?.focus(), []);
  const labelOf = (one: Labelled | undefined): string => one?.label?.[language] ?? one?.code ?? reason;
  const chosen =
    reasons.state === 'ready' ? reasons.data.items.find(({ code }) => code === reason) : undefined;
  return (
    <ActionPanel
      title={t('console.cut.title', { title: broadcast.title })}
      onBack={props.onBack}
      headings={{ clause: t('console.cut.reason'), evidence: t('console.cut.words') }}
      sections={{
        clause: (
          <View load={reasons}>
            {({ items }) => (
              <Choices
                label={t('console.cut.reason')}
                choices={items.map((one) => ({ value: one.code, label: labelOf(one) }))}
                value={reason}
                onChoose={setReason}
              />
            )}
          </View>
        ),
        evidence: (
          <div className="words">
            <Words
              label={t('console.cut.facts')}
              hint={t('console.cut.factsHint')}
              value={facts}
              onChange={setFacts}
            />
            <Words
              label={t('console.cut.note')}
              hint={t('console.cut.noteHint')}
              value={note}
              onChange={setNote}
            />
          </div>
        ),
        effects: (
          <p className="small">
            <b>{t('console.cut.viewers', { n: count(broadcast.viewers, language) })}</b>{' '}
            {t('console.cut.effects')}
          </p>
        ),
        notice: t('console.cut.notice', { reason: labelOf(chosen) }),
      }}
      confirm={{ label: t('console.cut.confirm'), run, ref: confirm, danger: true, ...write }}
    >
      {write.state === 'done' && <CertificateView certificate={write.answer} />}
    </ActionPanel>
  );
}

/** One of the texts of an order; who reads it stands below. */
export function Words(props: {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  return (
    <label className="field">
      <span>{props.label}</span>
      <textarea
        className="input"
        rows={2}
        maxLength={2_000}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <small>{props.hint}</small>
    </label>
  );
}
