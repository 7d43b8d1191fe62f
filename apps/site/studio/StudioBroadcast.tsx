import {
  type Broadcast,
  count,
  duration,
  FailureLine,
  GateChip,
  Player,
  useLanguage,
  useLoad,
  View,
} from '@weir/look';
import { type ReactElement, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { StateWord } from '../frame/StateWord.tsx';
import { useSite } from '../frame/site.tsx';
import { useTitle } from '../frame/title.ts';
import { Chat } from '../room/Chat.tsx';
import { useReasonText } from '../room/labels.ts';
import { useRoom } from '../room/useRoom.ts';
import { Guides } from './Guides.tsx';
import { Health } from './Health.tsx';
import { IngestBox } from './IngestBox.tsx';
import { NoStudio } from './Studio.tsx';
import { Title } from './Title.tsx';
import { Warnings } from './Warnings.tsx';
import './studio.css';

const REFRESH_MS = 2_000;

/** One broadcast of one's own: key, guides, what the public sees, health, talk. */
export function StudioBroadcast(): ReactElement {
  const { id = '' } = useParams<{ id: string }>();
  const { t } = useTranslation();
  const { user } = useAccount();
  if (user === undefined) return <p className="mute">{t('look.loading')}</p>;
  if (user === null || !user.roles.includes('publisher')) return <NoStudio guest={user === null} />;
  return <Loaded key={id} id={id} />;
}

function Loaded(props: { id: string }): ReactElement {
  const { t } = useTranslation();
  const path = `/api/broadcasts/${encodeURIComponent(props.id)}`;
  const load = useLoad((signal) => api.get<Broadcast>(path, signal), [path], REFRESH_MS);
  const title = load.state === 'ready' ? load.data.title : undefined;
  useTitle(title ?? t('studio.title'));
  return (
    <View page load={load}>
      {(broadcast) => (
        <Desk broadcast={broadcast} onChange={(now) => load.set((old) => ({ ...old, ...now }))} />
      )}
    </View>
  );
}

function Desk(props: { broadcast: Broadcast; onChange: (now: Partial<Broadcast>) => void }): ReactElement {
  const { t } = useTranslation();
  const { broadcast } = props;
  const { watch, room, onDanmaku } = useRoom(broadcast.id);
  const [guides, setGuides] = useState(broadcast.state === 'created');
  return (
    <div className="desk">
      <header className="desk-head">
        <Link className="desk-back" to="/studio">
          {t('studio.title')}
        </Link>
        <Title broadcast={broadcast} onChange={props.onChange} />
        <p className="row">
          <StateWord state={broadcast.state} />
          <GateChip gate={broadcast.gate.media} />
          <Link to={`/b/${broadcast.id}`}>{t('studio.publicPage')}</Link>
        </p>
      </header>
      <Warnings broadcast={broadcast} />
      <div className="desk-columns">
        <div className="desk-main">
          <PublicView broadcast={broadcast} watch={watch} onDanmaku={onDanmaku} />
          <Health broadcast={broadcast} />
        </div>
        <div className="desk-side">
          <IngestBox broadcast={broadcast} />
          <details open={guides} onToggle={(event) => setGuides(event.currentTarget.open)} className="panel">
            <summary>{t('studio.guides')}</summary>
            <Guides broadcast={broadcast} />
          </details>
          <Orders broadcast={broadcast} onChange={props.onChange} />
        </div>
        <div className="desk-chat panel">
          <Chat room={room} watch={watch} broadcast={broadcast} />
        </div>
      </div>
    </div>
  );
}

/** The player as everybody has it, and how far behind the publisher that is. */
function PublicView(props: {
  broadcast: Broadcast;
  watch: ReturnType<typeof useRoom>['watch'];
  onDanmaku: ReturnType<typeof useRoom>['onDanmaku'];
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const site = useSite();
  const reasonText = useReasonText();
  const { broadcast, watch } = props;
  const { online, behindMs } = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const gate = broadcast.gate.media;
  const delay = gate.mode === 'delay' ? gate.delayMs : 0;
  const viewers = Math.max(online ?? 0, broadcast.viewers);
  return (
    <section aria-label={t('studio.publicSees')}>
      <p className="desk-public">
        <strong>
          {t('studio.publicSees')}
          {delay > 0 && <> −{duration(delay, language)}</>}
        </strong>
        <span className="mute small">
          {t('room.viewers', { n: count(viewers, language) })}
          {behindMs !== undefined && <> · {t('player.latency', { latency: duration(behindMs, language) })}</>}
        </span>
      </p>
      <div className="desk-player">
        <Player
          watch={watch}
          title={broadcast.title}
          mark={[site?.providerName, broadcast.number].filter(Boolean).join(' · ')}
          reasonText={reasonText}
          onDanmaku={props.onDanmaku}
        />
      </div>
    </section>
  );
}

/** What a publisher may order: private rehearsal, the end. Never shown as done before the service says so. */
function Orders(props: { broadcast: Broadcast; onChange: (now: Partial<Broadcast>) => void }): ReactElement {
  const { t } = useTranslation();
  const { broadcast, onChange } = props;
  const [busy, setBusy] = useState(false);
  const [ending, setEnding] = useState(false);
  const [error, setError] = useState<unknown>();
  const path = `/api/broadcasts/${encodeURIComponent(broadcast.id)}`;
  const running = broadcast.state === 'live' || broadcast.state === 'interrupted';
  const act = async (run: () => Promise<Partial<Broadcast> | undefined>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const now = await run();
      if (now && 'state' in now) onChange(now);
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
    setEnding(false);
  };
  return (
    <section className="panel stack" aria-label={t('studio.orders')}>
      <label className="check">
        <input
          type="checkbox"
          disabled={busy || broadcast.state === 'cut'}
          checked={broadcast.rehearsal === true}
          onChange={(event) => {
            const on = event.target.checked;
            void act(async () => {
              const now = await api.post<Partial<Broadcast>>(`${path}/rehearsal`, { on });
              onChange({ rehearsal: on });
              return now;
            });
          }}
        />
        {t('studio.rehearsal')}
      </label>
      <p className="mute small">{t('studio.rehearsalHint')}</p>
      {running &&
        (ending ? (
          <p className="row">
            <button
              type="button"
              className="button button-danger"
              disabled={busy}
              onClick={() =>
                void act(async () => {
                  await api.post(`${path}/end`);
                  return { state: 'ended' };
                })
              }
            >
              {t('studio.endSure')}
            </button>
            <button type="button" className="button" onClick={() => setEnding(false)}>
              {t('look.panel.back')}
            </button>
          </p>
        ) : (
          <button type="button" className="button" onClick={() => setEnding(true)}>
            {t('studio.end')}
          </button>
        ))}
      {error !== undefined && <FailureLine error={error} />}
    </section>
  );
}
