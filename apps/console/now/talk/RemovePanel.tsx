import { ActionPanel } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { Reasons } from '../panel/Reasons.tsx';
import { DEFAULT_REASON, useReasons } from '../panel/reasons.ts';
import { useWrite } from '../panel/useWrite.ts';
import { Words } from '../panel/Words.tsx';
import type { Spoken } from './actions.ts';
import { MarkedText } from './MarkedText.tsx';

/** Refuses a message that waits, or recalls one that was shown, with its public reason: R, then Enter. */
export function RemovePanel(props: {
  message: Spoken;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { message } = props;
  const kind = message.held ? 'refuse' : 'recall';
  const [reason, setReason] = useState(DEFAULT_REASON);
  const [note, setNote] = useState('');
  const confirm = useRef<HTMLButtonElement>(null);
  const { load, labelOf } = useReasons(setReason, message.category);
  const [write, run] = useWrite<unknown>(
    () =>
      message.held
        ? api.post(`/api/messages/${message.id}/refuse`, { reason })
        : api.delete(`/api/messages/${message.id}`, { reason, ...(note ? { note } : {}) }),
    props.onDone,
  );
  useEffect(() => confirm.current?.focus(), []);
  return (
    <ActionPanel
      title={t(`console.talk.${kind}.title`)}
      onBack={props.onBack}
      headings={{ clause: t('console.cut.reason'), evidence: t('console.cut.words') }}
      sections={{
        clause: <Reasons load={load} value={reason} onChoose={setReason} />,
        ...(message.held
          ? {}
          : {
              evidence: (
                <Words
                  label={t('console.cut.note')}
                  hint={t('console.cut.noteHint')}
                  value={note}
                  onChange={setNote}
                />
              ),
            }),
        effects: <p className="small">{t(`console.talk.${kind}.effects`)}</p>,
      }}
      summary={
        <p className="small">
          {message.user.nickname}: <MarkedText text={message.text} hits={message.hits} /> · {labelOf(reason)}
        </p>
      }
      confirm={{ label: t(`console.talk.${kind}.confirm`), run, ref: confirm, danger: true, ...write }}
    />
  );
}
