import type { ReactElement, ReactNode } from 'react';
import { codeOf } from '../api.ts';
import { useErrorText } from '../i18n/errorText.ts';
import './states.css';

/** A view that this person may not see: why, and `children`, the way on (signing in, somewhere else). */
export function Forbidden(props: { error: unknown; children?: ReactNode }): ReactElement {
  const text = useErrorText();
  return (
    <div className="state" data-weir-view="forbidden">
      <p className="state-title">{text(props.error)}</p>
      <p className="mute small">
        <code>{codeOf(props.error)}</code>
      </p>
      <div className="state-ways">{props.children}</div>
    </div>
  );
}
