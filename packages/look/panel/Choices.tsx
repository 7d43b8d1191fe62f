import { type ReactElement, useId } from 'react';
import { KeyCap } from '../actions/KeyCap.tsx';
import type { Chord } from '../keys/chord.ts';
import './panel.css';

export type Choice = { value: string; label: string; note?: string; key?: Chord; danger?: boolean };

/** One of several, each with its key: clauses, dispositions, terms, reasons. Radio buttons underneath. */
export function Choices(props: {
  label: string;
  choices: readonly Choice[];
  value: string | undefined;
  onChoose: (value: string) => void;
  columns?: 1 | 2;
}): ReactElement {
  const name = useId();
  const keyed = props.choices.some(({ key }) => key !== undefined);
  return (
    <fieldset className={`choices ${props.columns === 2 ? 'choices-two' : ''}`}>
      <legend className="only-heard">{props.label}</legend>
      {props.choices.map((choice) => (
        <label key={choice.value} className={`choice ${choice.danger ? 'danger' : ''}`}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={props.value === choice.value}
            onChange={() => props.onChoose(choice.value)}
          />
          {choice.key ? (
            <KeyCap chord={choice.key} />
          ) : (
            keyed && <span className="key-cap" aria-hidden="true" />
          )}
          <span>{choice.label}</span>
          {choice.note && <span className="mute">{choice.note}</span>}
          <span className="choice-mark" aria-hidden="true">
            ✓
          </span>
        </label>
      ))}
    </fieldset>
  );
}
