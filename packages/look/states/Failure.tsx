import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../api.ts';
import { useErrorText } from '../i18n/errorText.ts';
import { Icon } from '../icons.tsx';
import './states.css';

/**
 * A view that could not be had: what happened, its code, and how to try again. `page`: it stands for the
 * whole page, whose heading it then is.
 */
export function Failure(props: {
  error: unknown;
  page?: boolean | undefined;
  onRetry?: () => void;
  children?: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const text = useErrorText();
  const Title = props.page ? 'h1' : 'p';
  return (
    <div className="state" role="alert" data-weir-view="error">
      <Title className="state-title danger">
        <Icon name="warn" />
        {text(props.error)}
      </Title>
      <p className="mute small">
        {t('look.code')} <code>{codeOf(props.error)}</code>
      </p>
      <div className="state-ways">
        {props.onRetry && (
          <button type="button" className="button" onClick={props.onRetry}>
            {t('look.retry')}
          </button>
        )}
        {props.children}
      </div>
    </div>
  );
}

/** The same in one line, beside the control that failed. */
export function FailureLine(props: { error: unknown }): ReactElement {
  const text = useErrorText();
  return (
    <p className="danger small" role="alert">
      {text(props.error)} <code>{codeOf(props.error)}</code>
    </p>
  );
}
