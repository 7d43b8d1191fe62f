import type { ReactElement, ReactNode } from 'react';
import { codeOf } from '../api.ts';
import { useErrorText } from '../i18n/errorText.ts';
import './states.css';

/**
 * A view that this person may not see: why (`text`, or the error's own words and code), and `children`, the
 * way on (signing in, somewhere else). `page`: it stands for the whole page, whose heading it then is.
 */
export function Forbidden(props: {
  error?: unknown;
  text?: string;
  page?: boolean | undefined;
  children?: ReactNode;
}): ReactElement {
  const text = useErrorText();
  const Title = props.page ? 'h1' : 'p';
  return (
    <div className="state" data-weir-view="forbidden">
      <Title className="state-title">{props.text ?? text(props.error)}</Title>
      {props.error !== undefined && (
        <p className="mute small">
          <code>{codeOf(props.error)}</code>
        </p>
      )}
      <div className="state-ways">{props.children}</div>
    </div>
  );
}
