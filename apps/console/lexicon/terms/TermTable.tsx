import { date } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useInSight } from '../../shell/useInSight.ts';
import { type Category, type Entry, keyOf } from '../entry.ts';
import { StageWords } from '../StageWords.tsx';
import { SeverityWord, useCategoryName } from '../words.tsx';
import type { Draft } from './draft.ts';

/** Terms as rows; what the draft does to one is said in its row. On a phone each row is a card. */
export function TermTable(props: {
  entries: readonly Entry[];
  categories: readonly Category[];
  draft: Draft;
  chosen: string | undefined;
  onChoose: (key: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const category = useCategoryName(props.categories);
  useInSight('lexicon-main', props.chosen);
  return (
    <table className="grid">
      <thead>
        <tr>
          <th scope="col">{t('console.lexicon.column.term')}</th>
          <th scope="col">{t('console.lexicon.column.category')}</th>
          <th scope="col">{t('console.lexicon.column.severity')}</th>
          <th scope="col">{t('console.lexicon.column.stages')}</th>
          <th scope="col">{t('console.lexicon.column.context')}</th>
          <th scope="col">{t('console.lexicon.column.source')}</th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => {
          const key = keyOf(entry);
          const change = props.draft.get(key);
          const shown = change?.op === 'change' ? change.entry : entry;
          return (
            <tr
              key={key}
              className={`grid-row ${key === props.chosen ? 'chosen' : ''} ${change ? `grid-${change.op}` : ''}`}
              onClick={() => props.onChoose(key)}
            >
              <th scope="row">
                <button
                  type="button"
                  className="grid-name"
                  aria-current={key === props.chosen}
                  onClick={() => props.onChoose(key)}
                >
                  {shown.term}
                </button>{' '}
                {shown.kind === 'allow' && (
                  <span className="ok small">
                    <span aria-hidden="true">○</span> {t('console.lexicon.kind.allow')}
                  </span>
                )}
                {change && <b className="warn small"> {t(`console.lexicon.draft.${change.op}`)}</b>}
              </th>
              {/* What is allowed is in no category and not grave. */}
              <td>{shown.kind === 'deny' && category(shown.category)}</td>
              <td>{shown.kind === 'deny' && <SeverityWord severity={shown.severity} />}</td>
              <td className="small">
                {shown.stages.length === 0 ? (
                  <span className="mute">{t('console.lexicon.allStages')}</span>
                ) : (
                  <StageWords stages={shown.stages} />
                )}
              </td>
              <td className="small mute">{shown.context.join(' · ')}</td>
              <td className="small mute">
                {shown.source} {term(shown)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** From when until when a term counts; nothing where it always does. */
function term({ from, to }: Entry): string {
  return from || to ? `${from ? date(from) : ''}–${to ? date(to) : ''}` : '';
}
