import { Icon } from '@weir/look';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { draw } from './draw.ts';

/**
 * A picture out of a one-frame film, drawn while it is in sight and again every `everyMs`. The picture before
 * stays until the next is ready: nothing flickers. `children` stands there while there is none.
 */
export function KeyFrame(props: {
  url: string | undefined;
  everyMs?: number;
  className?: string;
  sound?: boolean;
  children?: ReactNode;
}): ReactElement {
  const { url, everyMs } = props;
  const frame = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [seen, setSeen] = useState(false);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (!frame.current) return;
    const watcher = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting === true), {
      rootMargin: '120px',
    });
    watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (!seen || !url) return;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let round = 0;
    const once = async (): Promise<void> => {
      const fresh = round++ === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}n=${Date.now()}`;
      if (canvas.current && document.visibilityState === 'visible') {
        const done = await draw(fresh, canvas.current, left.signal);
        if (left.signal.aborted) return;
        setDrawn((before) => done || before);
      }
      if (everyMs !== undefined) timer = setTimeout(() => void once(), everyMs);
    };
    void once();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [seen, url, everyMs]);
  const shown = drawn && url !== undefined;
  return (
    <span ref={frame} className={`frame ${props.className ?? ''}`} data-theme="dark" aria-hidden="true">
      <canvas ref={canvas} hidden={!shown} data-weir-drawn={shown ? 'yes' : 'no'} />
      {!shown && (props.children ?? <Icon name={props.sound ? 'sound' : 'play'} />)}
    </span>
  );
}
