import { ApiError, type Broadcast, type BroadcastKind, FailureLine } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { useCategoryText, useList } from '../room/labels.ts';

const KINDS = ['video', 'audio'] as const satisfies readonly BroadcastKind[];
export const TITLE_MOST = 60;

/** A new broadcast: title, kind, category. */
export function CreateForm(props: { onCreated: (made: Broadcast) => void }): ReactElement {
  const { t } = useTranslation();
  const { user } = useAccount();
  const categories = useList('/api/categories');
  const categoryText = useCategoryText();
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<BroadcastKind>('video');
  const [category, setCategory] = useState('chat');
  const [error, setError] = useState<unknown>();
  const [writing, setWriting] = useState(false);
  const codes = categories.length > 0 ? categories.map((one) => one.code) : ['chat'];

  const create = async (called: string): Promise<void> => {
    setWriting(true);
    setError(undefined);
    try {
      const made = await api.post<Broadcast>('/api/broadcasts', { title: called, kind, category });
      // Refused once more, and now with a broadcast it belongs to: there it can be contested.
      if (called !== title.trim())
        await api.patch(`/api/broadcasts/${made.id}`, { title: title.trim() }).catch(() => undefined);
      props.onCreated(made);
    } catch (failed) {
      setError(failed);
      setWriting(false);
    }
  };
  const refused = error instanceof ApiError && error.code === 'content_refused';
  return (
    <form
      className="panel stack"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void create(title.trim());
      }}
    >
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
      {refused && user && (
        <button
          type="button"
          className="button"
          disabled={writing}
          onClick={() => void create(user.nickname)}
        >
          {t('studio.createAndContest', { name: user.nickname })}
        </button>
      )}
      <button type="submit" className="button button-accent" disabled={writing || title.trim() === ''}>
        {t(writing ? 'look.writing' : 'studio.create')}
      </button>
    </form>
  );
}
