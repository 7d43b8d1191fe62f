import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { StageWords } from '../lexicon/StageWords.tsx';
import type { Mark } from './allowTerm.ts';

/** What the screen found in a text: term, category, and by which stages. */
export function Found(props: { hits: readonly Mark[] }): ReactElement {
  const { t } = useTranslation();
  return (
    <ul className="samples">
      {props.hits.map((hit) => (
        <li key={`${hit.term} ${hit.start}`}>
          <span>
            <b>{hit.term}</b> · {t(`violation.${hit.category}`, { defaultValue: hit.category })} ·{' '}
            <span className="small mute">
              <StageWords stages={hit.stages} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
