import { ApiError, type Broadcast, FailureLine } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NameState } from '../account/NameState.tsx';
import { type OwnName, useOwnNames } from '../account/ownNames.ts';
import { api } from '../api.ts';
import { useWhyText } from '../room/labels.ts';
import { TITLE_MOST } from './CreateForm.tsx';

/** The title, the way to another one at any time, and that one waits or why it was refused. */
export function Title(props: {
  broadcast: Broadcast;
  onChange: (now: Partial<Broadcast>) => void;
}): ReactElement {
  const { t } = useTranslation();
  const why = useWhyText();
  const { broadcast } = props;
  const [editing, setEditing] = useState(false);
  const latestOf = (items: readonly OwnName[]): OwnName | undefined =>
    items.find((one) => one.of === 'title' && one.subject === broadcast.id);
  // What was let stand is the title itself; the account's page tells of it.
  const { load, contest, failed } = useOwnNames(
    (one, items) => one.state !== 'released' && one === latestOf(items),
  );
  const latest = latestOf(load.state === 'ready' ? load.data.items : []);
  return (
    <>
      <div className="desk-title">
        <h1>{broadcast.title}</h1>
        {!editing && broadcast.state !== 'cut' && (
          <button type="button" className="button button-quiet" onClick={() => setEditing(true)}>
            {t('studio.rename.ask')}
          </button>
        )}
      </div>
      {editing && (
        <TitleForm
          broadcast={broadcast}
          onDone={(now) => {
            setEditing(false);
            if (now) props.onChange(now);
            load.reload();
          }}
          onRefused={load.reload}
        />
      )}
      {latest && latest.state !== 'released' && (
        <div className="desk-pending">
          <NameState name={latest} onContest={contest}>
            {t(`studio.pending.${latest.state}`, {
              text: latest.text ?? '–',
              why: why(latest.reason ?? latest.category),
            })}
          </NameState>
          {failed !== undefined && <FailureLine error={failed} />}
        </div>
      )}
    </>
  );
}

/** Another title; what is doubted waits, and what is refused stands below with the way to a person. */
function TitleForm(props: {
  broadcast: Broadcast;
  /** Without a title where it was left as it is. */
  onDone: (now?: Pick<Broadcast, 'title'>) => void;
  onRefused: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast } = props;
  const [title, setTitle] = useState(broadcast.title);
  const [writing, setWriting] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWriting(true);
    setError(undefined);
    try {
      const path = `/api/broadcasts/${encodeURIComponent(broadcast.id)}`;
      const now = await api.patch<Broadcast>(path, { title: title.trim() });
      props.onDone({ title: now.title });
    } catch (why) {
      setWriting(false);
      // Why, and the way to a person, stands below.
      if (why instanceof ApiError && why.code === 'content_refused') props.onRefused();
      else setError(why);
    }
  };
  return (
    <form className="desk-rename" onSubmit={(event) => void submit(event)}>
      <label className="field">
        <span>{t('studio.name')}</span>
        <input
          className="input"
          required
          // biome-ignore lint/a11y/noAutofocus: it was asked for by a tap right here.
          autoFocus
          maxLength={TITLE_MOST}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <p className="row">
        <button
          type="submit"
          className="button button-accent"
          disabled={writing || title.trim() === '' || title.trim() === broadcast.title}
        >
          {t(writing ? 'look.writing' : 'studio.rename.set')}
        </button>
        <button type="button" className="button" onClick={() => props.onDone()}>
          {t('look.panel.back')}
        </button>
      </p>
      {error !== undefined && <FailureLine error={error} />}
    </form>
  );
}
