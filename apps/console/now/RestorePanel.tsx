import { ActionPanel, type Broadcast } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { Words } from './CutPanel.tsx';
import { useWrite } from './useWrite.ts';

/** The only way back from a cut-off: an order of its own, with its reason. */
export function RestorePanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { id, title } = props.broadcast;
  const [note, setNote] = useState('');
  const [write, run] = useWrite(() => api.post(`/api/broadcasts/${id}/restore`, { note }), props.onDone);
  return (
    <ActionPanel
      title={t('console.restore.title', { title })}
      onBack={props.onBack}
      headings={{ evidence: t('console.cut.words') }}
      sections={{
        evidence: (
          <Words
            label={t('console.restore.note')}
            hint={t('console.cut.noteHint')}
            value={note}
            onChange={setNote}
          />
        ),
        effects: <p className="small">{t('console.restore.effects')}</p>,
      }}
      confirm={{ label: t('console.restore.confirm'), run, disabled: note.trim() === '', ...write }}
    />
  );
}
