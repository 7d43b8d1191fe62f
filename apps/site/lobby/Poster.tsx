import { type Broadcast, Icon } from '@weir/look';
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { takeFilm } from './early.ts';
import { filmUrl } from './film.ts';

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
  const [drawn, setDrawn] = useState(false);
  const closed = broadcast.gate.media.mode === 'closed';
  const url = filmUrl(broadcast);

  useEffect(() => {
    if (!ref.current) return;
    const watcher = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting === true), {
      rootMargin: '200px',
    });
    watcher.observe(ref.current);
    return () => watcher.disconnect();
  }, []);

  return (
    <div ref={ref} className="poster" data-theme="dark">
      {url && seen && <Film url={url} onDrawn={setDrawn} />}
      {!(drawn && url) && (
        <span className="poster-word">
          {broadcast.kind === 'audio' ? <Icon name="sound" size={36} /> : null}
          {broadcast.kind === 'audio' ? t('kind.audio') : closed ? t('player.closed.title') : broadcast.title}
        </span>
      )}
    </div>
  );
}

/** Holds a film's own element, which may have begun to load before this page was drawn. */
function Film(props: { url: string; onDrawn(drawn: boolean): void }): ReactElement {
  const { url, onDrawn } = props;
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const film = takeFilm(url);
    let turn = 0;
    film.onloadeddata = () => onDrawn(true);
    film.onerror = () => onDrawn(false);
    if (film.readyState >= film.HAVE_CURRENT_DATA) onDrawn(true);
    ref.current?.append(film);
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      turn++;
      film.src = `${url}${url.includes('?') ? '&' : '?'}r=${turn}`;
    }, FRESH_MS);
    return () => {
      clearInterval(timer);
      film.remove();
      film.removeAttribute('src');
      film.load();
    };
  }, [url, onDrawn]);
  return <div ref={ref} className="poster-film" />;
}
