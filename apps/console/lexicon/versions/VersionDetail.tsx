import { ActionButton, type BoundAction, dateTime, FailureLine, useScope } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWho } from '../../shell/useWho.ts';
import type { Version } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { Difference } from './Difference.tsx';
import { DryRun } from './DryRun.tsx';
import { VersionState } from './VersionTable.tsx';

const fileOf = ({ version }: Version, form: 'csv' | 'json'): string =>
  `/api/lexicon/versions/${version}/file?as=${form}`;

/** One version: what it would change, tried on what was said, and the ways to put it in force. */
export function VersionDetail(props: {
  version: Version;
  view: LexiconView;
  actions: readonly BoundAction[];
  runs: number;
  onChanged: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { may } = useScope();
  const { version, view, actions } = props;
  const { live } = view.now;
  const who = useWho();
  // What ships brings no note in the reader's language.
  const note = version.by.id === 'system' ? t('console.lexicon.sample') : version.note;
  const rollsBack = version.version < live.version;
  return (
    <>
      <h3>
        {t('console.lexicon.versionOf', { n: version.version })} <VersionState state={version.state} />
      </h3>
      <p className="small mute">
        {t('console.lexicon.madeBy', { time: dateTime(version.at), who: who(version.by) })}
        {version.stateAt !== version.at && (
          <>
            {' · '}
            {t(`console.lexicon.stateBy.${version.state}`, {
              time: dateTime(version.stateAt),
              who: who(version.stateBy),
            })}
          </>
        )}
      </p>
      {note && <p className="lexicon-note">{note}</p>}
      <p className="small">
        {t('console.lexicon.export')}{' '}
        <a href={fileOf(version, 'csv')} download>
          {t('console.lexicon.csv')}
        </a>
        {' · '}
        <a href={fileOf(version, 'json')} download>
          {t('console.lexicon.json')}
        </a>
      </p>
      {may('lexicon') && (
        <div className="lexicon-acts">
          {version.state !== 'live' && (
            <ActionButton actions={actions} id="versions.activate" tone="accent">
              {t(rollsBack ? 'console.lexicon.action.rollBack' : 'console.lexicon.action.activate')}
            </ActionButton>
          )}
          <ActionButton actions={actions} id="versions.dryRun" />
          {version.state !== 'live' && version.state !== 'shadow' && (
            <ActionButton actions={actions} id="versions.shadow" />
          )}
          {version.state === 'shadow' && <EndShadow onDone={props.onChanged} />}
        </div>
      )}
      {version.state === 'live' ? (
        <p className="mute">{t('console.lexicon.isLive')}</p>
      ) : (
        <Difference from={live.version} to={version.version} view={view} />
      )}
      {may('lexicon') && <DryRun version={version.version} runs={props.runs} view={view} />}
    </>
  );
}

/** Ends the trial beside the one in force: nothing came of it, so nothing is asked. */
function EndShadow(props: { onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const end = async (): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    try {
      await api.delete('/api/lexicon/shadow');
      props.onDone();
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="button" disabled={busy} onClick={() => void end()}>
        {t('console.lexicon.action.endShadow')}
      </button>
      {failed !== undefined && <FailureLine error={failed} />}
    </>
  );
}
