import {
  type Broadcast,
  count,
  dateTime,
  Failure,
  GateChip,
  Icon,
  Player,
  SimulatedMark,
  type Transport,
  useActions,
  useLanguage,
} from '@weir/look';
import { type ReactElement, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { StateWord } from '../frame/StateWord.tsx';
import { useSite } from '../frame/site.tsx';
import { useTitle } from '../frame/title.ts';
import { ROOM_ACTIONS } from './actions.ts';
import { Chat } from './Chat.tsx';
import { useCategoryText, useReasonText } from './labels.ts';
import { ShareButton } from './ShareButton.tsx';
import { useRoom } from './useRoom.ts';
import './room.css';

/** `?via=hls` and `?via=native` leave out the transports before them. */
const WITHOUT: Readonly<Record<string, readonly Transport[]>> = { hls: ['flv'], native: ['flv', 'hls'] };

/** A broadcast: on a phone the picture is pinned and the talk below it, on a desktop at its right. */
export function RoomPage(): ReactElement {
  const { id = '' } = useParams<{ id: string }>();
  return <RoomOf key={id} id={id} />;
}

function RoomOf(props: { id: string }): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  const reasonText = useReasonText();
  const query = new URLSearchParams(location.search);
  const { watch, room, onDanmaku } = useRoom(props.id, WITHOUT[query.get('via') ?? 'flv']);
  const now = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const given = useHistoryState<{ broadcast?: Broadcast } | null>()?.broadcast;
  const broadcast = now.broadcast ?? given;
  const title = broadcast?.title ?? '';
  const figures = query.has('figures');
  useTitle(title);
  useActions(ROOM_ACTIONS, { watch });
  if (now.error !== undefined && !now.broadcast && !now.cut)
    return (
      <Failure page error={now.error} onRetry={() => watch.reconnect()}>
        <Link className="button" to="/">
          {t('site.toLobby')}
        </Link>
      </Failure>
    );
  const mark = [site?.providerName, broadcast?.number].filter(Boolean).join(' · ');
  return (
    <div className="room">
      <div className="room-stage">
        <Player
          watch={watch}
          title={title}
          mark={mark}
          reasonText={reasonText}
          onDanmaku={onDanmaku}
          figures={figures}
          waysOn={
            <Link className="button button-accent" to="/">
              {t('room.others')}
            </Link>
          }
        />
      </div>
      <Head broadcast={broadcast} online={now.online} />
      <Talk>
        <Chat room={room} watch={watch} broadcast={broadcast} />
        <About broadcast={broadcast} />
      </Talk>
    </div>
  );
}

function Head(props: { broadcast: Broadcast | undefined; online: number | undefined }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const site = useSite();
  const { broadcast } = props;
  const over = broadcast?.state === 'cut' || broadcast?.state === 'ended';
  const viewers = Math.max(props.online ?? 0, broadcast?.viewers ?? 0);
  return (
    <header className="room-head">
      <Link className="button button-quiet button-icon room-back" to="/" aria-label={t('site.toLobby')}>
        <Icon name="back" />
      </Link>
      <div className="room-names">
        <h1 className="room-title">{broadcast?.title ?? '…'}</h1>
        <p className="mute small">{broadcast?.publisher.nickname}</p>
      </div>
      <p className="room-figures">
        {site?.simulated && <SimulatedMark />}
        {broadcast &&
          (over ? <StateWord state={broadcast.state} /> : <GateChip gate={broadcast.gate.media} />)}
        {!over && <span className="mute small">{t('room.viewers', { n: count(viewers, language) })}</span>}
        <ShareButton title={broadcast?.title ?? ''} />
      </p>
    </header>
  );
}

const TABS = ['chat', 'about'] as const;

function Talk(props: { children: [ReactElement, ReactElement] }): ReactElement {
  const { t } = useTranslation();
  const [tab, setTab] = useState<(typeof TABS)[number]>('chat');
  return (
    <div className="room-talk">
      <div className="tabs" role="tablist" aria-label={t('room.tabs')}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`room-${one}`}
            className="tab"
            aria-selected={tab === one}
            aria-controls="room-panel"
            onClick={() => setTab(one)}
          >
            {t(`room.${one}`)}
          </button>
        ))}
      </div>
      <div id="room-panel" className="room-panel" role="tabpanel" aria-labelledby={`room-${tab}`}>
        {props.children[TABS.indexOf(tab)]}
      </div>
    </div>
  );
}

function About(props: { broadcast: Broadcast | undefined }): ReactElement {
  const { t } = useTranslation();
  const categoryText = useCategoryText();
  const site = useSite();
  const { broadcast } = props;
  if (!broadcast) return <p className="room-about mute">…</p>;
  const rows: [string, string][] = [
    [t('room.number'), String(broadcast.number)],
    [t('room.publisher'), broadcast.publisher.nickname],
    [t('room.category'), categoryText(broadcast.category)],
    [t('room.kind'), t(`kind.${broadcast.kind}`)],
    [t('room.state'), t(`broadcastState.${broadcast.state}`)],
    [t('room.startedAt'), broadcast.startedAt ? `${dateTime(broadcast.startedAt)} UTC+8` : '—'],
    [t('room.provider'), [site?.providerName, site?.icp, site?.hotline].filter(Boolean).join(' · ') || '—'],
  ];
  return (
    <dl className="room-about">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt className="mute">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
