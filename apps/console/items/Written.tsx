import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { MarkedText } from '../now/talk/MarkedText.tsx';

/** What was written, with what was found marked; or that it is no longer kept (null). */
export function Written(props: {
  text: string | null;
  hits: readonly { start: number; end: number }[];
}): ReactElement {
  const { t } = useTranslation();
  return props.text === null ? (
    <span className="mute">{t('console.contests.gone')}</span>
  ) : (
    <MarkedText text={props.text} hits={props.hits} />
  );
}
