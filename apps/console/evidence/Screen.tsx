import { FailureLine } from '@weir/look';
import { type ReactElement, type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Picture } from './usePicture.ts';

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
    if (video.current && src) video.current.currentTime = Math.max(0, (startAt() - from) / 1000);
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
            if (!currentTarget.seeking) props.onMoment(from + currentTarget.currentTime * 1000);
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
