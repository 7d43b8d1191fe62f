import { ActionPanel, bytes } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import { Words } from '../../now/panel/Words.tsx';
import type { Hold } from './hold.ts';

/** Releases a hold for good: its key is destroyed, then its files. */
export function ReleasePanel(props: { hold: Hold; onBack: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hold } = props;
  const [note, setNote] = useState('');
  const [write, run] = useWrite(
    () => api.delete(`/api/holds/${hold.id}`, { note: note.trim() }),
    () => undefined,
  );
  return (
    <ActionPanel
      title={t('console.holds.release.title')}
      onBack={props.onBack}
      headings={{ evidence: t('console.holds.extend.note') }}
      sections={{
        evidence: (
          <Words
            label={t('console.holds.release.why')}
            hint={t('console.holds.noteHint')}
            value={note}
            onChange={setNote}
          />
        ),
        effects: <p className="small">{t('console.holds.release.effects')}</p>,
      }}
      summary={
        <p className="small">
          {hold.case} · {bytes(hold.bytes)}
        </p>
      }
      confirm={{
        label: t('console.holds.action.release'),
        run,
        danger: true,
        disabled: note.trim() === '',
        ...write,
      }}
    />
  );
}
