import { useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { COMPILED_WITHIN_MS, type Entry, keyOf } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { SeverityWord, useCategoryName } from '../words.tsx';
import { ChangeCounts } from './VersionTable.tsx';

type Diff = {
  added: Entry[];
  removed: Entry[];
  changed: { before: Entry; after: Entry }[];
  counts: { added: number; removed: number; changed: number };
};
/** Lines of one list; more are counted. */
const LISTED_MOST = 50;

/** What would be another if this version were in force. */
export function Difference(props: { from: number; to: number; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { from, to } = props;
  const load = useLoad(
    (signal) => api.get<Diff>(`/api/lexicon/diff?from=${from}&to=${to}`, signal, COMPILED_WITHIN_MS),
    [from, to],
  );
  return (
    <section aria-label={t('console.lexicon.diff.title', { n: from })}>
      <h4>{t('console.lexicon.diff.title', { n: from })}</h4>
      <View load={load}>{(diff) => <Lists diff={diff} view={props.view} />}</View>
    </section>
  );
}

function Lists(props: { diff: Diff; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { added, removed, changed, counts } = props.diff;
  const rows: { mark: string; tone: string; entry: Entry; before?: Entry }[] = [
    ...added.slice(0, LISTED_MOST).map((entry) => ({ mark: '＋', tone: 'ok', entry })),
    ...changed
      .slice(0, LISTED_MOST)
      .map(({ before, after }) => ({ mark: '～', tone: 'warn', entry: after, before })),
    ...removed.slice(0, LISTED_MOST).map((entry) => ({ mark: '－', tone: 'danger', entry })),
  ];
  const all = counts.added + counts.removed + counts.changed;
  if (all === 0) return <p className="mute">{t('console.lexicon.diff.same')}</p>;
  return (
    <>
      <p>
        <ChangeCounts version={counts} />
      </p>
      <ul className="diff">
        {rows.map(({ mark, tone, entry, before }) => (
          <li key={`${mark}${keyOf(entry)}`}>
            <b className={tone} aria-hidden="true">
              {mark}
            </b>{' '}
            <span className="only-heard">{t(`console.lexicon.diff.${tone}`)}</span>
            <b>{entry.term}</b> <Columns entry={entry} before={before} view={props.view} />
          </li>
        ))}
      </ul>
      {all > rows.length && (
        <p className="mute small">{t('console.lexicon.draft.more', { n: all - rows.length })}</p>
      )}
    </>
  );
}

/** The columns of a term that say something; of a changed one those that changed, before and after. */
function Columns(props: { entry: Entry; before: Entry | undefined; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const category = useCategoryName(props.view.now.categories);
  const { entry, before } = props;
  const shown = (one: Entry): { name: string; value: string; node?: ReactElement }[] => [
    { name: 'kind', value: t(`console.lexicon.kind.${one.kind}`) },
    // What is allowed is in no category and not grave.
    { name: 'category', value: one.kind === 'allow' ? '' : category(one.category) },
    one.kind === 'allow'
      ? { name: 'severity', value: '' }
      : {
          name: 'severity',
          value: String(one.severity),
          node: <SeverityWord severity={one.severity} />,
        },
    {
      name: 'stages',
      value: one.stages.map((s) => t(`console.lexicon.stage.${s}`, { defaultValue: s })).join('·'),
    },
    { name: 'context', value: one.context.join('·') },
    { name: 'source', value: one.source },
    { name: 'term', value: one.from || one.to ? `${one.from ?? ''}–${one.to ?? ''}` : '' },
  ];
  const was = before && shown(before);
  return (
    <span className="small mute diff-columns">
      {shown(entry).map(({ name, value, node }, i) => {
        const old = was?.[i];
        if (was ? old?.value === value : value === '' || (name === 'kind' && entry.kind === 'deny'))
          return null;
        return (
          <span key={name}>
            {old && (
              <>
                <s>{old.node ?? (old.value || '–')}</s> →{' '}
              </>
            )}
            {node ?? (value || '–')}
          </span>
        );
      })}
    </span>
  );
}
