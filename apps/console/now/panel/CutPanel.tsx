import { ActionPanel, type Broadcast, type Certificate, count, useLanguage } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { CertificateOf } from './CertificateOf.tsx';
import { Reasons } from './Reasons.tsx';
import { DEFAULT_REASON, useReasons } from './reasons.ts';
import { useWrite } from './useWrite.ts';
import { Words } from './Words.tsx';

/** The cut-off in two keys. Focus stands on confirm, so that Enter is the browser's own. */
export function CutPanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { broadcast } = props;
  const [reason, setReason] = useState(DEFAULT_REASON);
  const [facts, setFacts] = useState('');
  const [note, setNote] = useState('');
  const confirm = useRef<HTMLButtonElement>(null);
  const { load, labelOf } = useReasons(setReason);
  const [write, run] = useWrite<Certificate>(
    () =>
      api.post(`/api/broadcasts/${broadcast.id}/cut-off`, {
        reason,
        ...(facts ? { facts } : {}),
        ...(note ? { note } : {}),
      }),
    props.onDone,
    ({ gatesClosedAt }) => gatesClosedAt,
  );
  useEffect(() => confirm.current?.focus(), []);
  const done = write.state === 'done';
  return (
    <ActionPanel
      title={t('console.cut.title', { title: broadcast.title })}
      onBack={props.onBack}
      headings={{ clause: t('console.cut.reason'), evidence: t('console.cut.words') }}
      sections={
        done
          ? {}
          : {
              clause: <Reasons load={load} value={reason} onChoose={setReason} />,
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
              effects: <p className="small">{t('console.cut.effects')}</p>,
              notice: t('console.cut.notice', { reason: labelOf(reason) }),
            }
      }
      summary={
        done ? undefined : (
          <p className="small">
            {t('console.cut.summary', { number: broadcast.number, title: broadcast.title })} ·{' '}
            <b>{t('console.cut.viewers', { n: count(broadcast.viewers, language) })}</b> · {labelOf(reason)}
          </p>
        )
      }
      confirm={{ label: t('console.cut.confirm'), run, ref: confirm, danger: true, ...write }}
    >
      {done && <CertificateOf broadcast={broadcast} first={write.answer} />}
    </ActionPanel>
  );
}
