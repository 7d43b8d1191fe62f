import { ActionPanel } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import { Words } from '../../now/panel/Words.tsx';
import { COMPILED_WITHIN_MS, type Version } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { bodyOf, countsOf, NO_DRAFT } from './draft.ts';

/** Hands the changes in as a version that does not act yet. */
export function SavePanel(props: { view: LexiconView; onBack: () => void }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { draft, setDraft, now } = props.view;
  const [note, setNote] = useState('');
  const [write, run] = useWrite<Version>(async () => {
    const made = await api.post<Version>('/api/lexicon/versions', bodyOf(draft, note), COMPILED_WITHIN_MS);
    setDraft(NO_DRAFT);
    void navigate(`/lexicon/versions/${made.version}`);
    return made;
  }, props.view.reload);
  return (
    <ActionPanel
      title={t('console.lexicon.save.title')}
      onBack={props.onBack}
      headings={{ evidence: t('console.cut.words') }}
      sections={{
        evidence: (
          <Words
            label={t('console.lexicon.note')}
            hint={t('console.lexicon.noteHint')}
            value={note}
            onChange={setNote}
          />
        ),
        effects: <p className="small">{t('console.lexicon.save.effects')}</p>,
      }}
      summary={
        <p className="small">
          {t('console.lexicon.save.from', { n: now.live.version })} ·{' '}
          <b>{t('console.lexicon.draft.counts', countsOf(draft))}</b>
        </p>
      }
      confirm={{ label: t('console.lexicon.save.confirm'), run, ...write }}
    />
  );
}
