import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoundAction } from './action.ts';
import { KeyCap } from './KeyCap.tsx';
import { useScope } from './Scope.tsx';

/**
 * The button of one action: its label, its key, and nothing where the person may not do it.
 * `possible` is asked at each render of the parent.
 */
export function ActionButton(props: {
  actions: readonly BoundAction[];
  id: string;
  /** `danger-line` leads to a filled red confirm and is not one itself. */
  tone?: 'accent' | 'danger' | 'danger-line' | 'quiet';
  pressed?: boolean;
  children?: ReactNode;
}): ReactElement | null {
  const { t } = useTranslation();
  const { choices } = useScope();
  const action = props.actions.find((one) => one.id === props.id);
  if (!action) return null;
  const key = choices.off ? undefined : (choices.keys[action.id] ?? action.key);
  return (
    <button
      type="button"
      className={`button ${props.tone ? `button-${props.tone}` : ''}`}
      disabled={!action.possible()}
      {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      onClick={() => action.run()}
    >
      {props.children ?? t(action.label)}
      {key && <KeyCap chord={key} />}
    </button>
  );
}
