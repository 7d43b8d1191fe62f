import type { ReactElement } from 'react';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** The list's shape while it is on its way. */
export function Skeleton(): ReactElement {
  return (
    <div aria-hidden="true">
      {ROWS.map((row) => (
        <div key={row} className="now-cell skeleton-row">
          <span className="frame frame-small skeleton" />
          <div className="now-words">
            <div className="skeleton skeleton-line" />
            <div className="skeleton skeleton-line skeleton-short" />
          </div>
        </div>
      ))}
    </div>
  );
}
