import type { ReactElement } from 'react';

/** One of the texts of an order; who reads it stands below. */
export function Words(props: {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  return (
    <label className="field">
      <span>{props.label}</span>
      <textarea
        className="input"
        rows={1}
        maxLength={2_000}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <small>{props.hint}</small>
    </label>
  );
}
