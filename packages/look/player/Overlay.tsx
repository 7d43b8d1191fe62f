import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../api.ts';
import { dateTimeNamed, duration, timeOfDay } from '../format.ts';
import { useErrorText } from '../i18n/errorText.ts';
import { useLanguage } from '../i18n/language.ts';
import { Icon } from '../icons.tsx';
import type { PlayerState } from './state.ts';
import type { Watch } from './watch.ts';
import type { Watching } from './watching.ts';

/** Glyph and tone of what is said over a dark picture. */
const GLYPHS: Partial<Record<PlayerState, readonly [string, string]>> = {
  cut: ['■', 'danger'],
  closed: ['■', 'danger'],
  waiting: ['◆', 'warn'],
  interrupted: ['▲', 'warn'],
  stalled: ['▲', 'warn'],
  age_gated: ['■', 'warn'],
  unsupported: ['▲', 'warn'],
};

/** Over the picture: what happened, why, since when, and how to go on. Nothing while it plays. */
export function Overlay(props: {
  watch: Watch;
  now: Watching;
  reasonText: ((code: string) => string) | undefined;
  waysOn: ReactElement | undefined;
}): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const errorText = useErrorText();
  const { now, watch } = props;
  const { state } = now;
  if (state === 'muted' || state === 'playing' || state === 'delayed') return null;

  if (now.error !== undefined && !now.broadcast)
    return (
      <div className="overlay overlay-full" role="alert">
        <p className="overlay-title danger">{errorText(now.error)}</p>
        <p className="overlay-note">
          <code>{codeOf(now.error)}</code>
        </p>
        <div className="overlay-ways">
          <button type="button" className="button" onClick={() => watch.reconnect()}>
            {t('player.retry')}
          </button>
        </div>
      </div>
    );
  if (now.paused && state === 'idle')
    return (
      <div className="overlay overlay-full">
        <button
          type="button"
          className="overlay-play"
          aria-label={t('player.play')}
          onClick={() => watch.setPaused(false)}
        >
          <Icon name="play" size={36} />
        </button>
      </div>
    );
  if (state === 'connecting')
    return (
      <div className="overlay overlay-full" role="status">
        <span className="overlay-ring" aria-hidden="true" />
        <span className="only-heard">{t('player.connecting.title')}</span>
      </div>
    );

  const gate = now.broadcast?.gate.media;
  const filling = state === 'waiting' && gate?.mode === 'delay';
  const coming = state === 'waiting' && gate?.mode === 'open';
  const text = coming
    ? t('player.coming.text')
    : filling
      ? t('player.filling.text', { delay: duration(gate.delayMs, language) })
      : state === 'cut'
        ? t('player.cut.text', { reason: reasonOf(now, props.reasonText) })
        : state === 'unsupported' && now.codec
          ? t('player.codec', { codec: now.codec })
          : t(`player.${state}.text`);
  const [glyph, tone] = filling || coming ? ['◔', 'info'] : (GLYPHS[state] ?? ['', '']);
  const exhausted = state === 'stalled' && now.nextTryAt === undefined && now.attempts > 0;
  return (
    <div
      className={`overlay ${state === 'stalled' && !exhausted ? 'overlay-veil' : 'overlay-full'}`}
      role="status"
    >
      <p className={`overlay-title ${tone}`}>
        {glyph && <span aria-hidden="true">{glyph}</span>}
        {t(coming ? 'player.coming.title' : filling ? 'player.filling.title' : `player.${state}.title`)}
      </p>
      {text && <p>{text}</p>}
      {state === 'cut' && now.cut?.clause && (
        <p className="overlay-note">{t('player.clause', { clause: now.cut.clause })}</p>
      )}
      {(state === 'cut' || state === 'ended') && (
        <p className="overlay-note">{dateTimeNamed(now.cut?.at ?? now.since, language)}</p>
      )}
      {(state === 'interrupted' || state === 'closed' || state === 'stalled') && (
        <p className="overlay-note">{t('player.since', { time: timeOfDay(now.since) })}</p>
      )}
      <div className="overlay-ways">
        {(exhausted || state === 'unsupported') && (
          <button type="button" className="button" onClick={() => watch.reconnect()}>
            {t('player.retry')}
          </button>
        )}
        {(state === 'cut' || state === 'ended' || state === 'closed' || state === 'unsupported') &&
          props.waysOn}
      </div>
    </div>
  );
}

function reasonOf(now: Watching, text: ((code: string) => string) | undefined): string {
  const code = now.cut?.reason ?? 'other';
  return text ? text(code) : code;
}
