import type { ReactElement } from 'react';
import { line } from './series.ts';

const WIDTH = 120;
const HEIGHT = 24;

/** A figure's last two minutes as a line; the figure itself stands beside it in words. */
export function Sparkline(props: { values: readonly number[] }): ReactElement {
  return (
    <svg
      className="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <polyline
        points={line(props.values, WIDTH, HEIGHT)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
    </svg>
  );
}
