import { type Broadcast, Icon } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A poster grows old after this; a fresh one is fetched while the card is in sight. */
const FRESH_MS = 20_000;

/**
 * The one-frame film that stands for a broadcast, drawn by the browser. Fetched only while in sight, or at
 * once where it is among the `first` of the page, which are. Sound alone, a closed gate and a film that cannot be had show what they are instead.
 */
export function Poster(props: { broadcast: Broadcast; first: boolean }): ReactElement {
  const { t } = useTranslation();
  const { broadcast } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(props.first);
  const [turn, setTurn] = useState(0);
  const [drawn, setDrawn] = useState(false);
  const closed = broadcast.gate.media.mode === 'closed';
  const url = closed || broadcast.kind === 'audio' ? undefined : (broadcast.poster ?? undefined);

  useEffect(() => {
    if (!ref.current) return;
    const watcher = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting === true), {
      rootMargin: '200px',
    });
    watcher.observe(ref.current);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (!seen || !url) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((n) => n + 1);
    }, FRESH_MS);
    return () => clearInterval(timer);
  }, [seen, url]);

  return (
    <div ref={ref} className="poster" data-theme="dark">
      {url && seen && (
        <video
          className="poster-video"
          src={turn === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}r=${turn}`}
          muted
          playsInline
          preload="auto"
          tabIndex={-1}
          aria-hidden="true"
          onLoadedData={() => setDrawn(true)}
          onError={() => setDrawn(false)}
        />
      )}
      {!(drawn && url) && (
        <span className="poster-word">
          {broadcast.kind === 'audio' ? <Icon name="sound" size={36} /> : null}
          {broadcast.kind === 'audio' ? t('kind.audio') : closed ? t('player.closed.title') : broadcast.title}
        </span>
      )}
    </div>
  );
}
