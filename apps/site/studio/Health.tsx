import { type Broadcast, bitrate, duration, useLanguage } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addSample, curve, type Sample, warningsOf } from './samples.ts';

const WIDTH = 600;
const HEIGHT = 48;

/** Figures of the encoder and their course over five minutes, with what to do where one is bad. */
export function Health(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const { encoder, state, kind } = props.broadcast;
  const running = state === 'live' && encoder != null;
  useEffect(() => {
    if (running) setSamples((now) => addSample(now, encoder, Date.now()));
  }, [encoder, running]);
  const sound = kind === 'audio';
  const last = samples.at(-1);
  if (!last)
    return (
      <section className="panel" aria-label={t('studio.health')}>
        <h2>{t('studio.health')}</h2>
        <p className="mute">{t('studio.noEncoder')}</p>
      </section>
    );
  const most = (pick: (sample: Sample) => number, least: number): number =>
    Math.max(least, ...samples.map(pick)) * 1.2;
  const rows = [
    {
      name: 'bitrate',
      now: bitrate(last.bitrate),
      pick: (s: Sample) => s.bitrate,
      top: most((s) => s.bitrate, 1e5),
    },
    { name: 'fps', now: last.fps.toFixed(1), pick: (s: Sample) => s.fps, top: most((s) => s.fps, 30) },
    {
      name: 'keyInterval',
      now: duration(last.keyIntervalMs, language),
      pick: (s: Sample) => s.keyIntervalMs,
      top: most((s) => s.keyIntervalMs, 4_000),
    },
  ].slice(0, sound ? 1 : 3);
  const warnings = state === 'live' ? warningsOf(samples, sound) : [];
  return (
    <section className="panel stack" aria-label={t('studio.health')}>
      <h2>{t('studio.health')}</h2>
      <div className="curves">
        {rows.map((row) => (
          <figure key={row.name} className="curve">
            <figcaption>
              <span className="mute">{t(`studio.figure.${row.name}`)}</span> <strong>{row.now}</strong>
            </figcaption>
            <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              <polyline
                points={curve(samples.map(row.pick), row.top, WIDTH, HEIGHT)}
                fill="none"
                stroke="var(--accent)"
                strokeWidth="2"
                vectorEffect="non-scaling-stroke"
              />
            </svg>
          </figure>
        ))}
      </div>
      <p className="mute small">
        {[
          last.videoCodec,
          last.width && last.height ? `${last.width}×${last.height}` : undefined,
          last.audioCodec,
          t('studio.figure.drift', { drift: `${Math.round(last.driftMs)} ms` }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="warn small" role="status">
          <span aria-hidden="true">▲</span> {t(`studio.warning.${warning}`)}
        </p>
      ))}
    </section>
  );
}
