import { type Broadcast, type BroadcastKind, FailureLine } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { useCategoryText, useList } from '../room/labels.ts';

const KINDS = ['video', 'audio'] as const satisfies readonly BroadcastKind[];
export const TITLE_MOST = 60;

/** A new broadcast: title, kind, category. */
export function CreateForm(props: { onCreated: (made: Broadcast) => void }): ReactElement {
  const { t } = useTranslation();
  const categories = useList('/api/categories');
  const categoryText = useCategoryText();
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<BroadcastKind>('video');
  const [category, setCategory] = useState('chat');
  const [error, setError] = useState<unknown>();
  const [writing, setWriting] = useState(false);
  const codes = categories.length > 0 ? categories.map((one) => one.code) : ['chat'];

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWriting(true);
    setError(undefined);
    try {
      props.onCreated(await api.post<Broadcast>('/api/broadcasts', { title: title.trim(), kind, category }));
    } catch (failed) {
      setError(failed);
      setWriting(false);
    }
  };
  return (
    <form className="panel stack" onSubmit={(event) => void submit(event)}>
      <h2>{t('studio.create')}</h2>
      <label className="field">
        <span>{t('studio.name')}</span>
        <input
          className="input"
          required
          maxLength={TITLE_MOST}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <small>{t('studio.nameHint')}</small>
      </label>
      <fieldset className="segments">
        <legend>{t('room.kind')}</legend>
        {KINDS.map((one) => (
          <label key={one} className="segment">
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {t(`kind.${one}`)}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t('room.category')}</span>
        <select className="input" value={category} onChange={(event) => setCategory(event.target.value)}>
          {codes.map((code) => (
            <option key={code} value={code}>
              {categoryText(code)}
            </option>
          ))}
        </select>
      </label>
      {error !== undefined && <FailureLine error={error} />}
      <button type="submit" className="button button-accent" disabled={writing || title.trim() === ''}>
        {t(writing ? 'look.writing' : 'studio.create')}
      </button>
    </form>
  );
}
