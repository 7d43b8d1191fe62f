import { ActionPanel, Choices, date } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category, Entry } from '../entry.ts';
import { useCategoryName } from '../words.tsx';
import { StageChoice } from './StageChoice.tsx';

/** Longest term that a lexicon takes, UTF-16 units. */
const TERM_MOST = 128;
const NEW: Entry = {
  term: '',
  kind: 'deny',
  category: 'other',
  severity: 2,
  stages: [],
  context: [],
  source: '',
  from: null,
  to: null,
};

/** Midnight of a day in UTC+8, the zone that every page shows; null for no day. */
const dayStart = (day: string): string | null =>
  day ? new Date(`${day}T00:00:00+08:00`).toISOString() : null;

/** One term with all its columns; Enter puts it into the draft. */
export function TermForm(props: {
  entry: Entry | undefined;
  categories: readonly Category[];
  onBack: () => void;
  onDone: (entry: Entry) => void;
}): ReactElement {
  const { t } = useTranslation();
  const category = useCategoryName(props.categories);
  const [entry, setEntry] = useState(props.entry ?? NEW);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const set = (part: Partial<Entry>): void => setEntry((now) => ({ ...now, ...part }));
  const wrongTerm = entry.from !== null && entry.to !== null && entry.to <= entry.from;
  return (
    <ActionPanel
      title={t(props.entry ? 'console.lexicon.form.change' : 'console.lexicon.form.add')}
      onBack={props.onBack}
      sections={{}}
      summary={<p className="small mute">{t('console.lexicon.form.effects')}</p>}
      confirm={{
        label: t('console.lexicon.form.confirm'),
        disabled: entry.term.trim() === '' || wrongTerm,
        state: 'ready',
        run: () =>
          props.onDone({ ...entry, term: entry.term.trim(), context: entry.context.filter(Boolean) }),
      }}
    >
      <label className="field">
        <span>{t('console.lexicon.column.term')}</span>
        <input
          ref={first}
          className="input"
          maxLength={TERM_MOST}
          value={entry.term}
          onChange={(event) => set({ term: event.target.value })}
        />
      </label>
      <Choices
        label={t('console.lexicon.column.kind')}
        columns={2}
        value={entry.kind}
        onChoose={(kind) => set({ kind: kind as Entry['kind'] })}
        choices={(['deny', 'allow'] as const).map((value) => ({
          value,
          label: t(`console.lexicon.kind.${value}`),
        }))}
      />
      <p className="small mute">{t(`console.lexicon.form.${entry.kind}`)}</p>
      <label className="field">
        <span>{t('console.lexicon.column.category')}</span>
        <select
          className="input"
          value={entry.category}
          onChange={(event) => set({ category: event.target.value })}
        >
          {[...new Set([...props.categories.map(({ code }) => code), entry.category])].map((code) => (
            <option key={code} value={code}>
              {category(code)}
            </option>
          ))}
        </select>
      </label>
      <h3>{t('console.lexicon.column.severity')}</h3>
      <Choices
        label={t('console.lexicon.column.severity')}
        value={String(entry.severity)}
        onChoose={(severity) => set({ severity: Number(severity) })}
        choices={[1, 2, 3].map((n) => ({
          value: String(n),
          label: t(`console.lexicon.severity.${n}`),
          note: t(`console.lexicon.form.severity${n}`),
        }))}
      />
      <StageChoice stages={entry.stages} onChange={(stages) => set({ stages })} />
      <label className="field">
        <span>{t('console.lexicon.column.context')}</span>
        <textarea
          className="input"
          rows={2}
          value={entry.context.join('\n')}
          onChange={(event) => set({ context: event.target.value.split('\n') })}
        />
        <small>{t('console.lexicon.form.contextHint')}</small>
      </label>
      <label className="field">
        <span>{t('console.lexicon.column.source')}</span>
        <input
          className="input"
          maxLength={TERM_MOST}
          value={entry.source}
          onChange={(event) => set({ source: event.target.value })}
        />
      </label>
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="field">
          <span>{t(`console.lexicon.column.${end}`)}</span>
          <input
            className="input"
            type="date"
            value={entry[end] ? date(entry[end]) : ''}
            onChange={(event) => set({ [end]: dayStart(event.target.value) })}
          />
        </label>
      ))}
      {wrongTerm && (
        <p className="danger small" role="alert">
          {t('console.lexicon.form.wrongTerm')}
        </p>
      )}
    </ActionPanel>
  );
}
