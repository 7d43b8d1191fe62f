import { bytes, count, dateTime, type Loaded, useLanguage, useLoad, View } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Route, Routes } from 'react-router';
import { api } from '../api.ts';
import { useWho } from '../shell/useWho.ts';
import type { LexiconNow } from './entry.ts';
import { Hits } from './hits/Hits.tsx';
import { type Draft, keepDraft, readDraft } from './terms/draft.ts';
import { Terms } from './terms/Terms.tsx';
import { Thresholds } from './thresholds/Thresholds.tsx';
import { Try } from './try/Try.tsx';
import { Versions } from './versions/Versions.tsx';
import './lexicon.css';

const EACH_MS = 10_000;
const TABS = ['', 'versions', 'try', 'hits', 'thresholds'] as const;

/** What the pages of the lexicon share: the lexicon in force, and the changes that were not handed in yet. */
export type LexiconView = {
  now: LexiconNow;
  reload: () => void;
  draft: Draft;
  setDraft: (draft: Draft) => void;
};

/** The lexicon: its terms, its versions, a text tried on it, what it found. */
export function Lexicon(): ReactElement {
  const { t } = useTranslation();
  const load: Loaded<LexiconNow> = useLoad(
    (signal) => api.get<LexiconNow>('/api/lexicon', signal),
    [],
    EACH_MS,
  );
  const [draft, setDraft] = useState(readDraft);
  useEffect(() => keepDraft(draft), [draft]);
  return (
    <div className="lexicon">
      <header className="lexicon-head">
        <h2>{t('console.lexicon.title')}</h2>
        {load.state === 'ready' && <InForce now={load.data} />}
        <nav className="lexicon-tabs" aria-label={t('console.lexicon.title')}>
          {TABS.map((tab) => (
            <NavLink key={tab} to={tab ? `/lexicon/${tab}` : '/lexicon'} end={tab === ''}>
              {t(`console.lexicon.tab.${tab || 'terms'}`)}
              {tab === '' && draft.size > 0 && <span className="warn lexicon-pending">✎ {draft.size}</span>}
            </NavLink>
          ))}
        </nav>
      </header>
      <View load={load}>
        {(now) => {
          const view: LexiconView = { now, reload: load.reload, draft, setDraft };
          return (
            <Routes>
              <Route path="versions/:n?" element={<Versions view={view} />} />
              <Route path="try" element={<Try view={view} />} />
              <Route path="hits" element={<Hits view={view} />} />
              <Route path="thresholds" element={<Thresholds view={view} />} />
              <Route path="*" element={<Terms view={view} />} />
            </Routes>
          );
        }}
      </View>
    </div>
  );
}

/** Which version screens now, since when and by whom; which one is tried beside it. */
function InForce(props: { now: LexiconNow }): ReactElement {
  const { t } = useTranslation();
  const who = useWho();
  const language = useLanguage();
  const { live, shadow } = props.now;
  return (
    <p className="small lexicon-now">
      <b className="ok">
        <span aria-hidden="true">●</span> {t('console.lexicon.inForce', { n: live.version })}
      </b>{' '}
      <span className="mute">
        {t('console.lexicon.size', { n: count(live.terms, language), size: bytes(live.bytes) })} ·{' '}
        {dateTime(live.stateAt)} · {who(live.stateBy)}
      </span>
      {shadow && (
        <b className="info">
          {' '}
          <span aria-hidden="true">◔</span> {t('console.lexicon.beside', { n: shadow.version })}
        </b>
      )}
    </p>
  );
}
