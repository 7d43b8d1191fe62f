import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const BARS = [0.5, 0.9, 0.6, 1, 0.7, 0.4, 0.8];

/** Stands where the picture would be in a broadcast of sound alone. */
export function Sounding(props: { title: string; moving: boolean }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className={`sounding ${props.moving ? 'sounding-moving' : ''}`}>
      <div className="sounding-bars" aria-hidden="true">
        {BARS.map((height, i) => (
          <i key={height} style={{ height: `${height * 100}%`, animationDelay: `${i * -170}ms` }} />
        ))}
      </div>
      <p className="sounding-title">{props.title}</p>
      <p className="only-heard">{t('player.listen')}</p>
    </div>
  );
}
