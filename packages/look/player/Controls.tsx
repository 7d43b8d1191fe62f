import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DanmakuControls } from '../danmaku/DanmakuControls.tsx';
import { Icon } from '../icons.tsx';
import type { Watch } from './watch.ts';
import type { Watching } from './watching.ts';

/** The bar under the picture: play, sound, danmaku, full screen. Every button has a word. */
export function Controls(props: {
  watch: Watch;
  now: Watching;
  fullscreen: boolean;
  onFullscreen: () => void;
  danmaku: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { watch, now } = props;
  return (
    <fieldset className="controls" aria-label={t('player.controls')}>
      <button
        type="button"
        className="control"
        aria-label={t(now.paused ? 'player.play' : 'player.pause')}
        onClick={() => watch.setPaused(!now.paused)}
      >
        <Icon name={now.paused ? 'play' : 'pause'} />
      </button>
      <button
        type="button"
        className="control"
        aria-label={t(now.muted ? 'player.sound' : 'player.mute')}
        onClick={() => watch.setMuted(!now.muted)}
      >
        <Icon name={now.muted ? 'mute' : 'sound'} />
      </button>
      <input
        className="control-volume"
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={now.muted ? 0 : now.volume}
        aria-label={t('player.volume')}
        onChange={(event) => watch.setVolume(Number(event.target.value))}
      />
      <span className="control-space" />
      {props.danmaku && <DanmakuControls />}
      <button
        type="button"
        className="control"
        aria-label={t('player.reload')}
        onClick={() => watch.reconnect()}
      >
        <Icon name="reload" />
      </button>
      <button
        type="button"
        className="control"
        aria-label={t(props.fullscreen ? 'player.shrink' : 'player.full')}
        onClick={props.onFullscreen}
      >
        <Icon name={props.fullscreen ? 'shrink' : 'full'} />
      </button>
    </fieldset>
  );
}
