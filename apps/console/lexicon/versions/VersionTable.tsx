import { count, dateTime, useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useInSight } from '../../shell/useInSight.ts';
import { useWho } from '../../shell/useWho.ts';
import type { Version } from '../entry.ts';

const MARKS = {
  live: ['●', 'ok'],
  shadow: ['◔', 'info'],
  draft: ['✎', 'warn'],
  retired: ['○', 'mute'],
} as const;

/** What a version does now: word, glyph and colour. */
export function VersionState(props: { state: Version['state'] }): ReactElement {
  const { t } = useTranslation();
  const [glyph, tone] = MARKS[props.state];
  return (
    <b className={`${tone} small`} data-weir-version={props.state}>
      <span aria-hidden="true">{glyph}</span> {t(`console.lexicon.state.${props.state}`)}
    </b>
  );
}

/** Versions, the newest first: who made each, when, why, and what it changed. */
export function VersionTable(props: {
  versions: readonly Version[];
  chosen: number;
  onChoose: (version: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const who = useWho();
  const language = useLanguage();
  useInSight('lexicon-main', props.chosen);
  return (
    <table className="grid">
      <thead>
        <tr>
          <th scope="col">{t('console.lexicon.column.version')}</th>
          <th scope="col">{t('console.lexicon.column.changes')}</th>
          <th scope="col">{t('console.lexicon.column.terms')}</th>
          <th scope="col">{t('console.lexicon.column.made')}</th>
        </tr>
      </thead>
      <tbody>
        {props.versions.map((one) => (
          <tr
            key={one.version}
            className={`grid-row ${one.version === props.chosen ? 'chosen' : ''}`}
            onClick={() => props.onChoose(one.version)}
          >
            <th scope="row">
              <button
                type="button"
                className="grid-name"
                aria-current={one.version === props.chosen}
                onClick={() => props.onChoose(one.version)}
              >
                {t('console.lexicon.versionOf', { n: one.version })}
              </button>{' '}
              <VersionState state={one.state} />
              <div className="small mute grid-words">
                {one.by.id === 'system' ? t('console.lexicon.sample') : one.note}
              </div>
            </th>
            <td className="grid-figure">
              <ChangeCounts version={one} />
            </td>
            <td className="grid-figure">{count(one.terms, language)}</td>
            <td className="small mute">
              {dateTime(one.at)}
              <br />
              {who(one.by)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many terms came, went and changed. */
export function ChangeCounts(props: {
  version: Pick<Version, 'added' | 'removed' | 'changed'>;
}): ReactElement {
  const { t } = useTranslation();
  const { added, removed, changed } = props.version;
  return (
    <span className="small">
      <span className="only-heard">
        {t('console.lexicon.draft.counts', { add: added, change: changed, remove: removed })}
      </span>
      <span aria-hidden="true">
        <span className="ok">＋{added}</span> <span className="warn">～{changed}</span>{' '}
        <span className="danger">－{removed}</span>
      </span>
    </span>
  );
}
