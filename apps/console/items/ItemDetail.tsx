import { FailureLine, Icon } from '@weir/look';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Written } from './Written.tsx';

/** The chosen item beside its list: the way back, its state and whose it is, what was written, and `children`. */
export function ItemDetail(props: {
  title: string;
  state: ReactNode;
  about: ReactNode;
  written: Parameters<typeof Written>[0];
  onBack: () => void;
  children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <button type="button" className="button button-quiet items-back" onClick={props.onBack}>
        <Icon name="back" size={16} />
        {t('console.detail.back')}
      </button>
      <h2 className="only-heard">{props.title}</h2>
      <p className="items-line">
        {props.state} <span className="mute small">{props.about}</span>
      </p>
      <p className="items-words">
        <Written {...props.written} />
      </p>
      {props.children}
    </>
  );
}

/** The answers to an item, that one is being written, and why it could not be. */
export function ItemWays(props: { writing: boolean; failed: unknown; children: ReactNode }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <div className="items-ways">
        {props.children}
        {props.writing && (
          <span className="mute small" role="status">
            {t('look.writing')}
          </span>
        )}
      </div>
      {props.failed !== undefined && <FailureLine error={props.failed} />}
    </>
  );
}
