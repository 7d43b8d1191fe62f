import { ActionPanel, type Broadcast } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWrite } from './useWrite.ts';
import { Words } from './Words.tsx';

/** The only way back from a cut-off: an order of its own, recorded with its reason. */
export function RestorePanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { id, title, number } = props.broadcast;
  const [note, setNote] = useState('');
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.querySelector('textarea')?.focus(), []);
  const [write, run] = useWrite(
    () => api.post<Broadcast>(`/api/broadcasts/${id}/restore`, { note }),
    props.onDone,
  );
  return (
    <ActionPanel
      title={t('console.restore.title', { title })}
      onBack={props.onBack}
      headings={{ evidence: t('console.cut.words') }}
      sections={{
        evidence: (
          <div ref={body}>
            <Words
              label={t('console.restore.note')}
              hint={t('console.restore.noteHint')}
              value={note}
              onChange={setNote}
            />
          </div>
        ),
        effects: <p className="small">{t('console.restore.effects')}</p>,
      }}
      summary={<p className="small">{t('console.cut.summary', { number, title })}</p>}
      confirm={{ label: t('console.restore.confirm'), run, disabled: note.trim() === '', ...write }}
    >
      {write.state === 'done' && <p className="small">{t('console.restore.next')}</p>}
    </ActionPanel>
  );
}
