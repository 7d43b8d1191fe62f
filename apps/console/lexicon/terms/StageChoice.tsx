import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Stages of the text engine, in the order in which it goes through them. */
export const STAGES = [
  'nfkc',
  'case',
  'width',
  'invisible',
  'traditional',
  'numeral',
  'confusable',
  'filler',
  'repeat',
  'contact',
  'leet',
  'split',
  'lookalike',
  'homophone',
  'pinyin',
  'initial',
  'reversed',
  'column',
  'across',
] as const;
/** How the API says that a term counts only as it stands. */
const NONE = 'none';

/** By which ways of writing a term may be found: all, none, or some. */
export function StageChoice(props: {
  stages: readonly string[];
  onChange: (stages: string[]) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { stages, onChange } = props;
  const some = stages.filter((one) => one !== NONE);
  const mode = stages.length === 0 ? 'all' : some.length === 0 ? 'none' : 'some';
  return (
    <fieldset className="stages">
      <legend>{t('console.lexicon.column.stages')}</legend>
      <select
        className="input"
        aria-label={t('console.lexicon.column.stages')}
        value={mode}
        onChange={({ target: { value } }) =>
          onChange(
            value === 'all' ? [] : value === 'none' ? [NONE] : ['nfkc', 'case', 'width', 'traditional'],
          )
        }
      >
        {(['all', 'some', 'none'] as const).map((value) => (
          <option key={value} value={value}>
            {t(`console.lexicon.form.stages.${value}`)}
          </option>
        ))}
      </select>
      {mode === 'some' &&
        STAGES.map((stage) => (
          <label key={stage} className="check small">
            <input
              type="checkbox"
              checked={some.includes(stage)}
              onChange={({ target: { checked } }) => {
                const next = checked ? [...some, stage] : some.filter((one) => one !== stage);
                onChange(next.length === 0 ? [NONE] : next);
              }}
            />
            {t(`console.lexicon.stage.${stage}`)}
          </label>
        ))}
    </fieldset>
  );
}
