import { type ReactElement, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type DanmakuDoor, DanmakuStage } from '../danmaku/DanmakuStage.tsx';
import { duration } from '../format.ts';
import { useLanguage } from '../i18n/language.ts';
import { Icon } from '../icons.tsx';
import { Controls } from './Controls.tsx';
import { Overlay } from './Overlay.tsx';
import './player.css';
import { toggleFullscreen } from './fullscreen.ts';
import { Sounding } from './Sounding.tsx';
import { SHOWING } from './state.ts';
import { useAwake } from './useAwake.ts';
import type { Watch } from './watch.ts';

export type PlayerProps = {
  watch: Watch;
  title: string;
  /** What stands over the picture: the provider's name and the broadcast's number. */
  mark?: string;
  /** Words for a public reason's code. */
  reasonText?: (code: string) => string;
  /** Ways on from a picture that is gone, e.g. other broadcasts. */
  waysOn?: ReactElement | undefined;
  onDanmaku?: (door: DanmakuDoor | undefined) => void;
  /** Shows latency and transport over the picture. */
  figures?: boolean;
};

const noDoor = (): void => undefined;

/** The player: picture, danmaku, overlay with the reason, controls. Its element says its state. */
export function Player(props: PlayerProps): ReactElement {
  const { watch } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const frame = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [fullscreen, setFullscreen] = useState(false);
  const [awake, stir] = useAwake();
  const onReady = props.onDanmaku ?? noDoor;

  useEffect(() => {
    if (video.current) watch.attach(video.current);
    return () => watch.close();
  }, [watch]);
  useEffect(() => {
    const changed = (): void => setFullscreen(document.fullscreenElement === frame.current);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  const toggleFull = useCallback(() => {
    if (frame.current) toggleFullscreen(frame.current);
  }, []);

  const showing = SHOWING.has(now.state);
  const soundOnly = now.broadcast?.kind === 'audio' || now.video === false;
  return (
    <section
      ref={frame}
      className="player"
      data-theme="dark"
      data-weir-state={now.state}
      data-weir-controls={awake || now.paused ? 'shown' : 'hidden'}
      onPointerMove={stir}
      onPointerDown={stir}
      onFocus={stir}
      onKeyDown={stir}
      aria-label={t('player.label', { title: props.title })}
    >
      <video ref={video} className="player-video" playsInline muted={now.muted} tabIndex={-1} />
      {showing && soundOnly && <Sounding title={props.title} moving={now.state !== 'stalled'} />}
      <DanmakuStage watch={watch} dark={!showing} onReady={onReady} />
      {props.mark && <span className="player-mark">{props.mark}</span>}
      <Overlay watch={watch} now={now} reasonText={props.reasonText} waysOn={props.waysOn} />
      {showing && now.muted && now.state !== 'stalled' && (
        <button type="button" className="player-sound" onClick={() => watch.setMuted(false)}>
          <Icon name="mute" />
          {t('player.tapForSound')}
        </button>
      )}
      {props.figures && now.transport && (
        <p className="picture-words" aria-hidden="true">
          {t('player.via', { transport: now.transport.toUpperCase() })}
          {now.failure && ` · ${now.failure}`}
          {now.behindMs !== undefined && (
            <> · {t('player.latency', { latency: duration(now.behindMs, language) })}</>
          )}
        </p>
      )}
      {(showing || now.paused) && (
        <Controls
          watch={watch}
          now={now}
          fullscreen={fullscreen}
          onFullscreen={toggleFull}
          danmaku={props.onDanmaku !== undefined}
        />
      )}
    </section>
  );
}
