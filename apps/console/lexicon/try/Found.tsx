import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { MarkedText } from '../../now/talk/MarkedText.tsx';
import type { LexiconView } from '../Lexicon.tsx';
import { StageWords } from '../StageWords.tsx';
import { SeverityWord, useCategoryName, VerdictWord } from '../words.tsx';
import type { Tried } from './Try.tsx';

/** What the screen made of a text: verdict, the hits where they stand, how the text looked stage by stage. */
export function Found(props: { text: string; tried: Tried; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { text, tried } = props;
  const category = useCategoryName(props.view.now.categories);
  return (
    <>
      <p className="found-verdict">
        <VerdictWord verdict={tried.verdict} /> {tried.category && <span>{category(tried.category)}</span>}{' '}
        <span className="mute small">
          {t(`console.lexicon.thresholds.route.${tried.route}`)} ·{' '}
          {t('console.lexicon.versionOf', { n: tried.version })} ·{' '}
          {tried.thresholds === 0
            ? t('console.lexicon.thresholds.shipped')
            : t('console.lexicon.thresholds.inForce', { n: tried.thresholds })}
        </span>
      </p>
      <table className="grid found-stages">
        <tbody>
          <tr>
            <th scope="row">{t('console.lexicon.try.original')}</th>
            <td className="found-text">
              <MarkedText text={text} hits={tried.hits} />
            </td>
          </tr>
          {tried.stages.map(({ stage, view }) => (
            <tr key={stage}>
              <th scope="row">{t(`console.lexicon.stage.${stage}`, { defaultValue: stage })}</th>
              <td className="found-text">{view}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{t('console.lexicon.try.hits', { n: tried.hits.length })}</h3>
      {tried.hits.length === 0 ? (
        <p className="mute">{t('console.lexicon.try.noHits')}</p>
      ) : (
        <ul className="samples">
          {tried.hits.map((hit) => (
            <li key={`${hit.term} ${hit.start}`}>
              <span>
                <b>{hit.term}</b> · {category(hit.category)} · <SeverityWord severity={hit.severity} />
              </span>
              <span>
                <mark>{text.slice(hit.start, hit.end)}</mark>
              </span>
              <span className="small mute">
                <StageWords stages={hit.stages} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {tried.allowed.length > 0 && (
        <>
          <h3>{t('console.lexicon.try.allowed')}</h3>
          <ul className="samples">
            {tried.allowed.map(({ term, start, end, overrules }) => (
              <li key={`${term} ${start}`}>
                <span>
                  <b className="ok">
                    <span aria-hidden="true">○</span> {term}
                  </b>{' '}
                  {text.slice(start, end)}
                </span>
                <span className="small mute">
                  {t('console.lexicon.try.overrules', { terms: overrules.map((hit) => hit.term).join('、') })}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
