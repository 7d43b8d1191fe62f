import { ActionButton, type BoundAction, Empty, useActions, useLoad, useScope, View } from '@weir/look';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { COMPILED_WITHIN_MS, type Entry, keyOf } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { useCategoryName } from '../words.tsx';
import { TERM_ACTIONS, type TermPanel } from './actions.ts';
import { DraftList } from './DraftList.tsx';
import { dropChange, putChange } from './draft.ts';
import { ImportPanel } from './ImportPanel.tsx';
import { SavePanel } from './SavePanel.tsx';
import { TermForm } from './TermForm.tsx';
import { TermTable } from './TermTable.tsx';
import { useSettled } from './useSettled.ts';

type Page = { items: Entry[]; next: string | null };
const PAGE_TERMS = 100;

/** The terms in force: found, looked at, and changed as a draft that acts on nothing yet. */
export function Terms(props: { view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { may } = useScope();
  const { now, draft, setDraft } = props.view;
  const [text, setText] = useState('');
  const [category, setCategory] = useState('');
  const [kind, setKind] = useState('');
  /** Where each page so far begins. */
  const [starts, setStarts] = useState<readonly string[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [panel, setPanel] = useState<TermPanel>();
  const search = useRef<HTMLInputElement>(null);
  const at = useRef<string>(undefined);
  const q = useSettled(text.trim());
  const query = new URLSearchParams({
    version: String(now.live.version),
    limit: String(PAGE_TERMS),
    ...(q ? { q } : {}),
    ...(category ? { category } : {}),
    ...(kind ? { kind } : {}),
    ...(starts.length > 0 ? { after: starts.at(-1) as string } : {}),
  }).toString();
  const load = useLoad(
    (signal) => api.get<Page>(`/api/lexicon/terms?${query}`, signal, COMPILED_WITHIN_MS),
    [query],
  );
  const rows = load.state === 'ready' ? load.data.items : [];
  const choose = (key: string | undefined): void => {
    at.current = key;
    setChosen(key);
  };
  const narrow = (set: (value: string) => void) => (value: string) => {
    set(value);
    setStarts([]);
    choose(undefined);
  };
  const actions = useActions(TERM_ACTIONS, {
    rows,
    chosen: () => at.current,
    choose,
    panel,
    setPanel,
    toggleRemoval: (entry) => {
      const key = keyOf(entry);
      setDraft(
        draft.get(key)?.op === 'remove' ? dropChange(draft, key) : putChange(draft, { op: 'remove', entry }),
      );
    },
    hasDraft: draft.size > 0,
    search,
  });
  const close = (): void => setPanel(undefined);
  return (
    <div className="lexicon-body">
      <section className="lexicon-main" aria-label={t('console.lexicon.tab.terms')}>
        <div className="lexicon-tools">
          <label className="lexicon-search">
            <span className="only-heard">{t('console.lexicon.search')}</span>
            <input
              ref={search}
              className="input"
              type="search"
              placeholder={t('console.lexicon.search')}
              value={text}
              onChange={(event) => narrow(setText)(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
                // Esc leaves the field for the list, so that J and K move again.
                event.stopPropagation();
                event.currentTarget.blur();
              }}
            />
          </label>
          <CategoryFilter view={props.view} value={category} onChange={narrow(setCategory)} />
          <select
            className="input lexicon-select"
            aria-label={t('console.lexicon.kindFilter')}
            value={kind}
            onChange={(event) => narrow(setKind)(event.target.value)}
          >
            <option value="">{t('console.lexicon.anyKind')}</option>
            <option value="deny">{t('console.lexicon.kind.deny')}</option>
            <option value="allow">{t('console.lexicon.kind.allow')}</option>
          </select>
          <Acts actions={actions} />
        </div>
        <View load={load}>
          {({ items, next }) =>
            items.length === 0 && starts.length === 0 ? (
              <Empty text={t(q || category || kind ? 'console.lexicon.none' : 'console.lexicon.empty')}>
                {q || category || kind ? (
                  <button
                    type="button"
                    className="button"
                    onClick={() => {
                      narrow(setText)('');
                      setCategory('');
                      setKind('');
                    }}
                  >
                    {t('console.lexicon.clear')}
                  </button>
                ) : (
                  <ActionButton actions={actions} id="terms.import" />
                )}
              </Empty>
            ) : (
              <>
                <TermTable
                  entries={items}
                  categories={now.categories}
                  draft={draft}
                  chosen={chosen}
                  onChoose={choose}
                />
                <p className="lexicon-pages">
                  <button
                    type="button"
                    className="button"
                    disabled={starts.length === 0}
                    onClick={() => setStarts(starts.slice(0, -1))}
                  >
                    {t('console.lexicon.pageBefore')}
                  </button>
                  <span className="mute">{t('console.lexicon.page', { n: starts.length + 1 })}</span>
                  <button
                    type="button"
                    className="button"
                    disabled={next === null}
                    onClick={() => next !== null && setStarts([...starts, next])}
                  >
                    {t('console.lexicon.pageAfter')}
                  </button>
                </p>
              </>
            )
          }
        </View>
      </section>
      <aside className="lexicon-aside" aria-label={t('console.lexicon.draft.title')}>
        {may('lexicon') ? (
          <DraftList
            view={props.view}
            actions={actions}
            onEdit={(entry) => setPanel({ open: 'term', entry })}
          />
        ) : (
          <p className="mute">{t('console.lexicon.readOnly')}</p>
        )}
      </aside>
      {panel?.open === 'term' && (
        <TermForm
          key={panel.entry ? keyOf(panel.entry) : 'new'}
          entry={panel.entry}
          categories={now.categories}
          onBack={close}
          onDone={(entry) => {
            setDraft(
              putChange(
                draft,
                panel.entry ? { op: 'change', before: panel.entry, entry } : { op: 'add', entry },
              ),
            );
            close();
          }}
        />
      )}
      {panel?.open === 'import' && <ImportPanel view={props.view} onBack={close} />}
      {panel?.open === 'save' && <SavePanel view={props.view} onBack={close} />}
    </div>
  );
}

function Acts(props: { actions: readonly BoundAction[] }): ReactElement {
  return (
    <span className="lexicon-acts">
      {['terms.add', 'terms.edit', 'terms.remove', 'terms.import'].map((id) => (
        <ActionButton key={id} actions={props.actions} id={id} />
      ))}
    </span>
  );
}

function CategoryFilter(props: {
  view: LexiconView;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { categories } = props.view.now;
  const name = useCategoryName(categories);
  return (
    <select
      className="input lexicon-select"
      aria-label={t('console.lexicon.categoryFilter')}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      <option value="">{t('console.lexicon.anyCategory')}</option>
      {categories
        .filter(({ code }) => code !== '')
        .map(({ code, terms }) => (
          <option key={code} value={code}>
            {name(code)} {terms}
          </option>
        ))}
    </select>
  );
}
