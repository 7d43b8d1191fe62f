import type { ReactElement } from 'react';

export type BarPart = { n: number; tone: 'ok' | 'warn' | 'danger' | 'info' | 'mute'; label: string };

/** Numbers as one bar, each part as wide as its share of `whole` (default: their sum). Read aloud it is its labels. */
export function Bar(props: { parts: readonly BarPart[]; whole?: number }): ReactElement {
  const sum = props.parts.reduce((all, { n }) => all + n, 0);
  const whole = Math.max(1, props.whole ?? sum);
  return (
    <span className="bar" role="img" aria-label={props.parts.map(({ label }) => label).join(', ')}>
      {props.parts.map(({ n, tone, label }) =>
        n === 0 ? null : (
          <span
            key={label}
            className={`bar-part bar-${tone}`}
            style={{ width: `${(100 * n) / whole}%` }}
            title={label}
          />
        ),
      )}
    </span>
  );
}

/** What the parts of a bar mean, with their numbers. */
export function BarKey(props: { parts: readonly BarPart[] }): ReactElement {
  return (
    <ul className="bar-key small">
      {props.parts.map(({ tone, label }) => (
        <li key={label}>
          <span className={`bar-mark bar-${tone}`} aria-hidden="true" /> {label}
        </li>
      ))}
    </ul>
  );
}
