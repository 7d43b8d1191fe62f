import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Names of stages in words: what it took to find a term; nothing where it stood as it is. */
export function StageWords(props: { stages: readonly string[] }): ReactElement {
  const { t } = useTranslation();
  if (props.stages.length === 0) return <span className="mute">{t('console.lexicon.asIs')}</span>;
  return (
    <>
      {props.stages.map((stage) => t(`console.lexicon.stage.${stage}`, { defaultValue: stage })).join(' · ')}
    </>
  );
}
