import { dateTime, FailureLine, type Person, useScope, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { More } from '../../paging/More.tsx';
import { usePages } from '../../paging/usePages.ts';
import { useWho } from '../../shell/useWho.ts';

const EACH_MS = 10_000;
type Version = { version: number; state: 'live' | 'retired'; note: string; at: string; by: Person };

/** Every version of the thresholds, by whom and why; each may be put back in force, the taxonomy's own too. */
export function History(props: { live: number; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { load, more } = usePages<Version>('/api/thresholds/versions', EACH_MS);
  const who = useWho();
  const may = useScope().may('lexicon');
  const [failed, setFailed] = useState<unknown>();
  const back = async (version: number): Promise<void> => {
    setFailed(undefined);
    try {
      const note = t('console.lexicon.thresholds.back', { n: version });
      await api.post(`/api/thresholds/versions/${version}/activate`, { note });
      load.reload();
      props.onDone();
    } catch (why) {
      setFailed(why);
    }
  };
  const restore = (version: number): ReactElement | null =>
    may && version !== props.live ? (
      <button type="button" className="button button-quiet" onClick={() => void back(version)}>
        {t('console.lexicon.thresholds.restore')}
      </button>
    ) : null;
  return (
    <>
      <h3>{t('console.lexicon.thresholds.history')}</h3>
      {failed !== undefined && <FailureLine error={failed} />}
      <View load={load}>
        {({ items }) => (
          <>
            <ul className="samples">
              {items.map((one) => (
                <li key={one.version} className="thresholds-version">
                  <span>
                    <b className={one.version === props.live ? 'ok' : ''}>
                      {t('console.lexicon.versionOf', { n: one.version })}
                    </b>{' '}
                    {one.note}{' '}
                    <span className="small mute">
                      {dateTime(one.at)} · {who(one.by)}
                    </span>
                  </span>
                  {restore(one.version)}
                </li>
              ))}
              <li className="thresholds-version">
                <span>
                  <b className={props.live === 0 ? 'ok' : ''}>{t('console.lexicon.thresholds.shipped')}</b>
                </span>
                {restore(0)}
              </li>
            </ul>
            <More shown={items.length} more={more} />
          </>
        )}
      </View>
    </>
  );
}
