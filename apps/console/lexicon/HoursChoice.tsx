import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Over how long something is looked at. */
export function HoursChoice(props: {
  among: readonly number[];
  value: number;
  onChange: (hours: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <select
      className="input lexicon-select"
      aria-label={t('console.lexicon.dryRun.over')}
      value={props.value}
      onChange={(event) => props.onChange(Number(event.target.value))}
    >
      {props.among.map((n) => (
        <option key={n} value={n}>
          {t('console.lexicon.lastHours', { n })}
        </option>
      ))}
    </select>
  );
}
