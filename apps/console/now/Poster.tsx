import { type Broadcast, Icon } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';

/** How often a small picture is looked at anew. */
const EVERY_MS = 10_000;

/** The last key frame behind the gate, drawn by the browser: the server decodes nothing. */
export function Poster(props: { broadcast: Broadcast; large?: boolean }): ReactElement {
  const { poster, kind } = props.broadcast;
  const [round, setRound] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => {
      setRound((n) => n + 1);
      setFailed(false);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const url = poster ? `${poster}${poster.includes('?') ? '&' : '?'}n=${round}` : undefined;
  return (
    <span className={props.large ? 'poster poster-large' : 'poster'} aria-hidden="true">
      {kind === 'audio' || !url || failed ? (
        <Icon name={kind === 'audio' ? 'sound' : 'play'} />
      ) : (
        <video src={url} muted playsInline preload="auto" onError={() => setFailed(true)} />
      )}
    </span>
  );
}
