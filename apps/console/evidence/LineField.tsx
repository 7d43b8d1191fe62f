import type { ReactElement } from 'react';

/** One line that has to be written. */
export function LineField(props: {
  label: string;
  hint?: string;
  value: string;
  onChange(value: string): void;
}): ReactElement {
  return (
    <label className="field">
      <span>{props.label}</span>
      <input
        className="input"
        maxLength={200}
        required
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
      />
      {props.hint && <small>{props.hint}</small>}
    </label>
  );
}
