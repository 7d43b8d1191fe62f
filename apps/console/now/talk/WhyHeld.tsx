import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { StageWords } from '../../lexicon/StageWords.tsx';
import type { Spoken } from './actions.ts';

/** Under a message that waits: for what the screen held it, which term it found, and how that was written. */
export function WhyHeld(props: { message: Spoken; reported: boolean }): ReactElement | null {
  const { t } = useTranslation();
  const { category, hits = [] } = props.message;
  const [first] = hits;
  if (!category && !first && !props.reported) return null;
  return (
    <div className="small mute">
      {category && t(`violation.${category}`, { defaultValue: category })}
      {first?.term && (
        <>
          {' · '}
          {first.term}
          {first.stages && (
            <>
              {' · '}
              <StageWords stages={first.stages} />
            </>
          )}
        </>
      )}
      {hits.length > 1 && ` +${hits.length - 1}`}
      {props.reported && <b className="info"> · {t('console.talk.reported')}</b>}
    </div>
  );
}
