import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './states.css';

/** Before this a skeleton would only flicker. */
const SKELETON_AFTER_MS = 300;

/**
 * Nothing for 300 ms, then a skeleton: `children`, or three lines. Past a second it counts `done` of `total`.
 * `page`: it stands for the whole page, whose heading it then is.
 */
export function Loading(props: {
  children?: ReactNode;
  done?: number;
  total?: number;
  page?: boolean | undefined;
}): ReactElement {
  const { t } = useTranslation();
  const Title = props.page ? 'h1' : 'span';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-busy="true" data-weir-view="loading">
      <Title className="only-heard">{t('look.loading')}</Title>
      {shown && (props.children ?? <SkeletonLines />)}
      {shown && props.total !== undefined && (
        <p className="mute small">{t('look.progress', { done: props.done ?? 0, total: props.total })}</p>
      )}
    </div>
  );
}

function SkeletonLines(): ReactElement {
  return (
    <div aria-hidden="true">
      <div className="skeleton skeleton-line" />
      <div className="skeleton skeleton-line" />
      <div className="skeleton skeleton-line skeleton-short" />
    </div>
  );
}
