import {
  ActionButton,
  type BoundAction,
  type Broadcast,
  duration,
  Empty,
  elapsed,
  FailureLine,
  GateChip,
  KeyCap,
  Player,
  useActions,
  useLanguage,
  View,
} from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { Panel } from '../now/actions.ts';
import { hasDesk } from '../now/actions.ts';
import { Panels } from '../now/Panels.tsx';
import { StateWord } from '../now/StateWord.tsx';
import { Talk } from '../now/talk/Talk.tsx';
import { useRemoval } from '../now/talk/useRemoval.ts';
import { useBroadcast } from '../now/useFeed.ts';
import { useWatching } from '../now/useWatching.ts';
import { DESK_ACTIONS } from './actions.ts';
import { Strip } from './Strip.tsx';
import { type Desk as DeskOf, useDesk } from './useDesk.ts';

/** The desk of a review or delay gate: what waits, seen before it is released, beside what the public sees. */
export function Desk(): ReactElement {
  const { id = '' } = useParams();
  const load = useBroadcast(id);
  return (
    <View load={load}>
      {(broadcast) => <Open key={broadcast.id} broadcast={broadcast} reload={load.reload} />}
    </View>
  );
}

function Open(props: { broadcast: Broadcast; reload: () => void }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { broadcast, reload } = props;
  const { id } = broadcast;
  const desk = useDesk(broadcast);
  const [panel, setPanel] = useState<Panel>();
  const removal = useRemoval();
  const [muted, setMuted] = useState(true);
  const watching = useWatching(id, broadcast.state === 'cut' ? 'cut' : 'on');
  const open = hasDesk(broadcast);
  const review = broadcast.gate.media.mode === 'review';
  const closePanel = (next: Panel): void => {
    removal.back();
    setPanel(next);
  };
  const actions = useActions(DESK_ACTIONS, {
    stretches: desk.stretches,
    cursor: () => desk.cursor,
    moveTo: desk.moveTo,
    panel: removal.asked ? 'cut' : panel,
    setPanel: closePanel,
    mayRelease: review && open,
    release: desk.release,
    drop: desk.drop,
    follow: desk.follow,
    pause: () => desk.reel.setPaused(!desk.reel.paused),
    sound: () => setMuted((now) => !now),
    back: () => void navigate(`/b/${id}`),
  });
  return (
    <div className="desk">
      <header className="desk-head">
        <ActionButton actions={actions} id="desk.back" tone="quiet" />
        <h2>{broadcast.title}</h2>
        <span className="small">
          <StateWord broadcast={broadcast} />
        </span>
        <GateChip gate={broadcast.gate.media} />
        <span className="shell-space" />
        <ActionButton actions={actions} id="desk.gate" />
        <ActionButton actions={actions} id="desk.cut" tone="danger-line" />
      </header>
      {open ? (
        <div className="desk-body">
          <section className="desk-main" aria-label={t('console.desk.title')}>
            <Source desk={desk} broadcast={broadcast} muted={muted} />
            <View load={desk.load}>
              {() =>
                desk.stretches.length === 0 ? (
                  <Empty text={t('console.desk.empty')} />
                ) : (
                  <Strip desk={desk} review={review} />
                )
              }
            </View>
            {desk.load.state === 'ready' && <Acts desk={desk} actions={actions} review={review} />}
          </section>
          <aside className="desk-side" aria-label={t('console.desk.public')}>
            <h3>{t('console.desk.public')}</h3>
            <div className="detail-picture">
              {watching && <Player watch={watching.watch} title={broadcast.title} />}
            </div>
            <Talk broadcast={broadcast} room={watching?.room} removal={removal} />
          </aside>
        </div>
      ) : (
        <Empty text={t(broadcast.state === 'cut' ? 'console.desk.cut' : 'console.desk.none')}>
          <button type="button" className="button" onClick={() => void navigate(`/b/${id}`)}>
            {t('console.desk.toBroadcast')}
          </button>
        </Empty>
      )}
      <Panels
        broadcast={broadcast}
        panel={panel}
        removal={removal}
        onBack={() => closePanel(undefined)}
        onDone={reload}
      />
    </div>
  );
}

/** The head of the gate, sharp and with sound on request: what nobody but the desk has seen. */
function Source(props: { desk: DeskOf; broadcast: Broadcast; muted: boolean }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { desk, broadcast, muted } = props;
  const video = useRef<HTMLVideoElement>(null);
  const { reel, now } = desk;
  useEffect(() => {
    if (video.current) reel.attach(video.current);
    return () => reel.close();
  }, [reel]);
  const head = desk.stretches.at(-1)?.endMs ?? 0;
  const behind = Math.max(0, head - now.positionMs);
  return (
    <div className="desk-source" data-theme="dark" data-weir-desk={now.state}>
      <video ref={video} muted={muted} playsInline tabIndex={-1} aria-label={t('console.desk.source')} />
      <p className="picture-words">
        {t('console.desk.source')} · {broadcast.number}
        {now.state !== 'empty' && ` · ${t('console.desk.behind', { time: duration(behind, language) })}`}
      </p>
      {now.state !== 'playing' && (
        <p className="desk-word" role="status">
          {now.state === 'unsupported'
            ? t('console.desk.unsupported', { codec: now.codec ?? '' })
            : t(`console.desk.state.${now.state}`)}
        </p>
      )}
      {/* Over the picture, so that nothing moves when it comes and goes. */}
      {desk.gap && (
        <p className="desk-gap small" role="status">
          <span aria-hidden="true">▲</span> {t('console.desk.gap', { at: elapsed(desk.gap.startMs) })}
          <button type="button" className="button" onClick={() => desk.gap && desk.moveTo(desk.gap.id)}>
            {t('console.desk.toGap')}
          </button>
        </p>
      )}
      {now.state === 'playing' && broadcast.kind === 'audio' && (
        <p className="desk-word">{t('console.desk.sound')}</p>
      )}
    </div>
  );
}

function Acts(props: { desk: DeskOf; actions: readonly BoundAction[]; review: boolean }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { desk, actions, review } = props;
  const waiting = desk.stretches.filter(({ state }) => state === 'held');
  const ms = waiting.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return (
    <>
      <p className="desk-sum">
        <span className={review ? 'warn' : 'info'}>
          <span aria-hidden="true">{review ? '◆' : '◔'}</span>{' '}
          {t('console.desk.sum', { n: waiting.length, time: duration(ms, language) })}
        </span>{' '}
        <span className="mute">{t(review ? 'console.desk.howReview' : 'console.desk.howDelay')}</span>
      </p>
      {desk.failed !== undefined && <FailureLine error={desk.failed} />}
      <div className="detail-acts">
        {review && (
          <>
            <button
              type="button"
              className="button button-accent"
              disabled={!desk.reach}
              onClick={desk.release}
            >
              {t('console.action.releaseTo')} <KeyCap chord="Enter" />
            </button>
            <button
              type="button"
              className="button"
              aria-pressed={desk.followMs > 0}
              onPointerDown={() => desk.follow(true)}
              onPointerUp={() => desk.follow(false)}
              onPointerLeave={() => desk.follow(false)}
              onClick={({ detail }) => {
                // By keyboard a button is pressed and let go at once: a tap.
                if (detail === 0) {
                  desk.follow(true);
                  desk.follow(false);
                }
              }}
            >
              {desk.followMs > 0
                ? t('console.desk.following', { s: Math.ceil(desk.followMs / 1_000) })
                : t('console.action.follow')}{' '}
              <KeyCap chord="KeyF" />
            </button>
          </>
        )}
        <ActionButton actions={actions} id="desk.drop" />
        <ActionButton actions={actions} id="desk.pause" tone="quiet" />
        <ActionButton actions={actions} id="desk.sound" tone="quiet" />
      </div>
    </>
  );
}
