import { ActionButton, type BoundAction } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { SeverityWord, useCategoryName } from '../words.tsx';
import { countsOf, dropChange, NO_DRAFT } from './draft.ts';

/** Changes listed; of more the number is told. */
const LISTED_MOST = 200;

/** What was changed and not handed in: one line a change, each can be changed again or taken back. */
export function DraftList(props: {
  view: LexiconView;
  actions: readonly BoundAction[];
  onEdit: (entry: Entry) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { draft, setDraft, now } = props.view;
  const category = useCategoryName(now.categories);
  const counts = countsOf(draft);
  if (draft.size === 0)
    return (
      <>
        <h3>{t('console.lexicon.draft.title')}</h3>
        <p className="mute">{t('console.lexicon.draft.empty')}</p>
      </>
    );
  return (
    <>
      <h3>{t('console.lexicon.draft.title')}</h3>
      <p className="small">{t('console.lexicon.draft.counts', counts)}</p>
      <ul className="draft">
        {[...draft].slice(0, LISTED_MOST).map(([key, change]) => (
          <li key={key} className={`draft-${change.op}`}>
            <span className="small">
              <b className="warn">{t(`console.lexicon.draft.${change.op}`)}</b>{' '}
              <button type="button" className="grid-name" onClick={() => props.onEdit(change.entry)}>
                {change.entry.term}
              </button>{' '}
              {change.op !== 'remove' && (
                <span className="mute">
                  {change.entry.kind === 'allow'
                    ? t('console.lexicon.kind.allow')
                    : category(change.entry.category)}{' '}
                  · <SeverityWord severity={change.entry.severity} />
                </span>
              )}
            </span>
            <button
              type="button"
              className="button button-quiet small"
              onClick={() => setDraft(dropChange(draft, key))}
            >
              {t('console.lexicon.draft.undo')}
            </button>
          </li>
        ))}
      </ul>
      {draft.size > LISTED_MOST && (
        <p className="mute small">{t('console.lexicon.draft.more', { n: draft.size - LISTED_MOST })}</p>
      )}
      <div className="lexicon-acts">
        <ActionButton actions={props.actions} id="terms.save" tone="accent" />
        <button type="button" className="button button-quiet" onClick={() => setDraft(NO_DRAFT)}>
          {t('console.lexicon.draft.drop')}
        </button>
      </div>
    </>
  );
}
