import { FailureLine } from '@weir/look';
import { type ReactElement, type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Picture } from './usePicture.ts';

/** Just before the end: at the end itself the window would be over. */
const BEFORE_END_S = 0.05;

/** Shows a moment, `seconds` after the first frame; the last frame where there is no picture of it any more. */
export function seek(video: HTMLVideoElement, seconds: number): void {
  const end = Number.isFinite(video.duration) ? Math.max(0, video.duration - BEFORE_END_S) : seconds;
  video.currentTime = Math.min(end, Math.max(0, seconds));
}

/** What came in, before any gate. Tells the moment that is on as it plays, and when the window is over. */
export function Screen(props: {
  picture: Picture;
  video: RefObject<HTMLVideoElement | null>;
  muted: boolean;
  /** Where a window that was just loaded begins, wall ms. */
  startAt: () => number;
  onMoment: (at: number) => void;
  onEnd: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { picture, video, startAt } = props;
  const src = picture.state === 'ready' ? picture.src : undefined;
  const from = picture.state === 'ready' ? picture.from : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each file.
  useEffect(() => {
    if (video.current && src) seek(video.current, (startAt() - from) / 1000);
  }, [src]);
  return (
    <div className="desk-source" data-weir-picture={picture.state}>
      {src && (
        <video
          ref={video}
          src={src}
          muted={props.muted}
          playsInline
          aria-label={t('console.evidence.picture')}
          onTimeUpdate={({ currentTarget }) => {
            // What stands still tells nothing: a moment without a picture is not that of the last frame.
            const { seeking, paused, currentTime } = currentTarget;
            if (!seeking && !paused) props.onMoment(from + currentTime * 1000);
          }}
          onEnded={props.onEnd}
        />
      )}
      {picture.state === 'loading' && <p className="desk-word">{t('console.evidence.fetching')}</p>}
      {picture.state === 'none' && <p className="desk-word">{t('console.evidence.noPicture')}</p>}
      {picture.state === 'failed' && (
        <div className="desk-word">
          <FailureLine error={picture.error} />
        </div>
      )}
    </div>
  );
}
