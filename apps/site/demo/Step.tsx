import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StepName } from './tour.ts';

/** One step: what to do, its button where there is one, and what came of it. */
export function Step(props: {
  name: StepName;
  done: boolean;
  current: boolean;
  busy: boolean;
  run: (() => void) | undefined;
  children?: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { name, done, current, run } = props;
  return (
    <li
      className={`step ${current ? 'step-current' : ''}`}
      data-weir-step={done ? 'done' : current ? 'current' : 'later'}
      {...(current ? { 'aria-current': 'step' as const } : {})}
    >
      <p className="step-title">
        {t(`demo.step.${name}.title`)}
        {done && (
          <span className="ok">
            <span aria-hidden="true">✓</span> {t('demo.stepDone')}
          </span>
        )}
      </p>
      <p className="mute small">{t(`demo.step.${name}.text`)}</p>
      {run && !done && (
        <button
          type="button"
          className={`button ${name === 'cut' ? 'button-danger' : 'button-accent'}`}
          disabled={!current || props.busy}
          onClick={run}
        >
          {t(props.busy ? 'look.writing' : `demo.step.${name}.button`)}
        </button>
      )}
      {props.children}
    </li>
  );
}
