import { ActionPanel, ApiError, bytes } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import { Words } from '../../now/panel/Words.tsx';
import { COMPILED_WITHIN_MS, type Version } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { excerpt } from './excerpt.ts';

/** More than this is not put into a box to write in. */
const SHOWN_MOST = 100_000;

/** Takes a whole lexicon as CSV; where a row is wrong nothing is taken, and the row is shown with what is wrong in it. */
export function ImportPanel(props: { view: LexiconView; onBack: () => void }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [csv, setCsv] = useState('');
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [write, run] = useWrite<Version>(async () => {
    const made = await api.post<Version>('/api/lexicon/versions', { csv, note }, COMPILED_WITHIN_MS);
    void navigate(`/lexicon/versions/${made.version}`);
    return made;
  }, props.view.reload);
  const wrong =
    write.state === 'failed' && write.error instanceof ApiError && write.error.code === 'lexicon_invalid'
      ? write.error
      : undefined;
  return (
    <ActionPanel
      title={t('console.lexicon.import.title')}
      onBack={props.onBack}
      sections={{ effects: <p className="small">{t('console.lexicon.import.effects')}</p> }}
      summary={
        csv && (
          <p className="small">
            {name && <>{name} · </>}
            {t('console.lexicon.import.rows', { n: csv.split('\n').length - 1, size: bytes(csv.length) })}
          </p>
        )
      }
      confirm={{ label: t('console.lexicon.import.confirm'), run, disabled: csv.trim() === '', ...write }}
    >
      <label className="field">
        <span>{t('console.lexicon.import.file')}</span>
        <input
          className="input file"
          type="file"
          accept=".csv,text/csv,.json"
          onChange={async ({ target: { files } }) => {
            const file = files?.[0];
            if (!file) return;
            setName(file.name);
            setCsv(await file.text());
          }}
        />
        <small>{t('console.lexicon.import.header')}</small>
      </label>
      {csv.length <= SHOWN_MOST && (
        <label className="field">
          <span>{t('console.lexicon.import.paste')}</span>
          <textarea
            className="input csv"
            rows={8}
            spellCheck={false}
            value={csv}
            onChange={({ target: { value } }) => {
              setCsv(value);
              setName('');
            }}
          />
        </label>
      )}
      {wrong && <WrongRow csv={csv} error={wrong} />}
      <Words
        label={t('console.lexicon.note')}
        hint={t('console.lexicon.noteHint')}
        value={note}
        onChange={setNote}
      />
    </ActionPanel>
  );
}

/** The row that is wrong between its neighbours, as it was brought. */
function WrongRow(props: { csv: string; error: ApiError }): ReactElement {
  const { t } = useTranslation();
  const line = Number(props.error.more['line'] ?? 0);
  const column = String(props.error.more['column'] ?? '');
  return (
    <div className="wrong" role="alert">
      <p className="danger small">
        <b>
          {line > 0 ? t('console.lexicon.import.wrongAt', { n: line }) : t('console.lexicon.import.wrong')}
        </b>{' '}
        {t(`console.lexicon.import.column.${column || 'other'}`, { defaultValue: column })}
      </p>
      {line > 0 && (
        <ol className="csv-rows" start={excerpt(props.csv, line)[0]?.at ?? 1}>
          {excerpt(props.csv, line).map(({ at, text }) => (
            <li key={at} className={at === line ? 'csv-wrong' : 'mute'}>
              <code>{text}</code>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
