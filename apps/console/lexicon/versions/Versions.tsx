import { Empty, Icon, useActions, View } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { More } from '../../paging/More.tsx';
import { usePages } from '../../paging/usePages.ts';
import type { Version } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { ActivatePanel } from './ActivatePanel.tsx';
import { VERSION_ACTIONS, type VersionPanel } from './actions.ts';
import { VersionDetail } from './VersionDetail.tsx';
import { VersionTable } from './VersionTable.tsx';

const EACH_MS = 10_000;

/** Every version that was made, by whom and why; the chosen one compared with the one in force, tried, put in force. */
export function Versions(props: { view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { n } = useParams();
  const navigate = useNavigate();
  const { live } = props.view.now;
  const { load, items: versions, more } = usePages<Version>('/api/lexicon/versions', EACH_MS);
  const chosen = n === undefined ? live.version : Number(n);
  const at = useRef(chosen);
  useEffect(() => {
    at.current = chosen;
  }, [chosen]);
  const [panel, setPanel] = useState<VersionPanel>();
  /** Grows with each order to try the chosen version on what was said. */
  const [runs, setRuns] = useState(0);
  const choose = (version: number): void => {
    at.current = version;
    setPanel(undefined);
    setRuns(0);
    void navigate(`/lexicon/versions/${version}`, { replace: true });
  };
  const actions = useActions(VERSION_ACTIONS, {
    versions,
    chosen: () => at.current,
    choose,
    panel,
    setPanel,
    dryRun: () => setRuns((now) => now + 1),
  });
  const changed = (): void => {
    load.reload();
    props.view.reload();
  };
  return (
    <div className="lexicon-body lexicon-versions" data-weir-chosen={n === undefined ? 'no' : 'yes'}>
      <section className="lexicon-main" aria-label={t('console.lexicon.tab.versions')}>
        <View load={load}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty text={t('console.lexicon.noVersions')}>
                <Link className="button" to="/lexicon">
                  {t('console.lexicon.tab.terms')}
                </Link>
              </Empty>
            ) : (
              <>
                <VersionTable versions={items} chosen={chosen} onChoose={choose} />
                <More shown={items.length} more={more} />
              </>
            )
          }
        </View>
      </section>
      <section className="lexicon-detail" aria-label={t('console.lexicon.versionOf', { n: chosen })}>
        <Link className="button button-quiet lexicon-back" to="/lexicon/versions">
          <Icon name="back" size={16} />
          {t('console.detail.back')}
        </Link>
        <View load={load}>
          {({ items }) => {
            const version = items.find((one) => one.version === chosen);
            return version ? (
              <VersionDetail
                key={version.version}
                version={version}
                view={props.view}
                actions={actions}
                runs={runs}
                onChanged={changed}
              />
            ) : (
              <Empty text={t('console.lexicon.noSuchVersion', { n: chosen })} />
            );
          }}
        </View>
      </section>
      {panel && (
        <ActivatePanel
          key={`${panel} ${chosen}`}
          what={panel}
          version={versions.find(({ version }) => version === chosen)}
          view={props.view}
          onBack={() => setPanel(undefined)}
          onDone={changed}
        />
      )}
    </div>
  );
}
