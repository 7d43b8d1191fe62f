import { dateTime, timeOfDay } from '@weir/look';
import type { CSSProperties, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type Marks, type Reach, type Span, shareOf } from './moment.ts';

const STEP_MS = 1_000;
const part = (reach: Reach, from: number, to: number): CSSProperties => ({
  insetInlineStart: `${shareOf(reach, from) * 100}%`,
  width: `${Math.max(0.2, (shareOf(reach, to) - shareOf(reach, from)) * 100)}%`,
});

/** The whole broadcast as a line: what was recorded, what is marked for a clip, the moment that is on. */
export function Reel(props: {
  reach: Reach;
  spans: readonly Span[];
  window: Reach;
  marks: Marks | undefined;
  at: number;
  onMove: (at: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { reach, spans, window, marks, at } = props;
  return (
    <div className="evidence-reel">
      <div className="evidence-line" aria-hidden="true">
        {spans.map(({ from, to }) => (
          <span
            key={from}
            className="evidence-span"
            style={part(reach, Date.parse(from), to === null ? reach.to : Date.parse(to))}
          />
        ))}
        <span className="evidence-window" style={part(reach, window.from, window.to)} />
        {marks && <span className="evidence-marks" style={part(reach, marks.from, marks.to)} />}
      </div>
      <input
        type="range"
        min={reach.from}
        max={reach.to}
        step={STEP_MS}
        value={at}
        aria-label={t('console.evidence.moment')}
        aria-valuetext={dateTime(at)}
        onChange={({ target }) => props.onMove(Number(target.value))}
      />
      <p className="small evidence-times">
        <span className="mute">{dateTime(reach.from)}</span>
        <b>{timeOfDay(at)}</b>
        <span className="mute">{dateTime(reach.to)}</span>
      </p>
    </div>
  );
}
