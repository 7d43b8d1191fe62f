import { FailureLine, useScope } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import type { ThresholdsNow } from './Thresholds.tsx';
import { routesOf, type Written } from './weights.ts';

const NOTE_MOST = 500;

/** Puts what the sheet says in force as a new version, with why. */
export function SetForm(props: {
  now: ThresholdsNow;
  written: Written;
  codes: readonly string[];
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { now, written, codes } = props;
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const may = useScope().may('lexicon');
  const { routes, wrong } = routesOf(written, now.live.routes, now.taxonomy, codes);
  const changed = JSON.stringify(routes) !== JSON.stringify(now.live.routes);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailed(undefined);
    try {
      await api.put('/api/thresholds', { routes, note, base: now.live.version });
      setNote('');
      props.onDone();
    } catch (why) {
      setFailed(why);
    } finally {
      setBusy(false);
    }
  };
  if (!may) return <p className="mute small">{t('console.lexicon.readOnly')}</p>;
  return (
    <form className="lexicon-tools" onSubmit={(event) => void submit(event)}>
      <input
        className="input lexicon-search"
        maxLength={NOTE_MOST}
        aria-label={t('console.lexicon.thresholds.note')}
        placeholder={t('console.lexicon.thresholds.note')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button
        type="submit"
        className="button button-accent"
        disabled={busy || !changed || wrong.length > 0 || note.trim() === ''}
      >
        {t('console.lexicon.thresholds.set')}
      </button>
      <span className={`small ${wrong.length > 0 ? 'danger' : 'mute'}`} role="status">
        {wrong.length > 0
          ? t('console.lexicon.thresholds.wrong', { n: wrong.length })
          : busy
            ? t('look.writing')
            : ''}
      </span>
      {failed !== undefined && <FailureLine error={failed} />}
    </form>
  );
}
